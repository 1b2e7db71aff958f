using Akka.Cluster.Sharding;

namespace RendezvousCluster.Registry.Sharding;

/// <summary>Tells the shard region whom a message is for.</summary>
internal sealed class NamespaceMessageExtractor : IMessageExtractor
{
    /// <inheritdoc/>
    public string? EntityId(object message) => (message as NamespaceCommand)?.EntityId;

    /// <inheritdoc/>
    public object? EntityMessage(object message) => (message as NamespaceCommand)?.Message;

    /// <inheritdoc/>
    public string? ShardId(object message) => message is NamespaceCommand command ? EntityIds.ShardOf(command.EntityId) : null;

    /// <inheritdoc/>
    public string ShardId(string entityId, object? messageHint = null) => EntityIds.ShardOf(entityId);
}
