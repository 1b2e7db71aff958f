using Akka.Cluster.Sharding;

namespace RendezvousCluster.Registry.Sharding;

/// <summary>Tells the shard region whom a message is for.</summary>
internal sealed class NamespaceMessageExtractor : IMessageExtractor
{
    /// <inheritdoc/>
    public string? EntityId(object message) => (message as NamespaceCommand)?.EntityId;

    /// <summary>The command as it is: so every message on the way is one that the serializer knows.</summary>
    public object? EntityMessage(object message) => message as NamespaceCommand;

    /// <inheritdoc/>
    public string? ShardId(object message) => message is NamespaceCommand command ? EntityIds.ShardOf(command.EntityId) : null;

    /// <inheritdoc/>
    public string ShardId(string entityId, object? messageHint = null) => EntityIds.ShardOf(entityId);
}
