using Akka.Cluster.Sharding;

namespace RendezvousCluster.Registry.Sharding;

/// <summary>Tells the shard region whom a message is for.</summary>
internal sealed class NamespaceMessageExtractor : IMessageExtractor
{
    /// <inheritdoc/>
    public string? EntityId(object message) => message switch
    {
        NamespaceCommand command => command.EntityId,
        Reclaim reclaim => reclaim.EntityId,
        VerifyJournal verify => verify.EntityId,
        _ => null,
    };

    /// <summary>The message as it is: so every message on the way is one that the serializer knows.</summary>
    public object? EntityMessage(object message) => message;

    /// <inheritdoc/>
    public string? ShardId(object message) => EntityId(message) is { } entityId ? EntityIds.ShardOf(entityId) : null;

    /// <inheritdoc/>
    public string ShardId(string entityId, object? messageHint = null) => EntityIds.ShardOf(entityId);
}
