using Akka.Cluster.Sharding;
using RendezvousCluster.Core.Quotas;

namespace RendezvousCluster.Registry.Quotas;

/// <summary>Tells the shard region which part of the ledger a message is for. Each part is an entity, and a shard, of its own.</summary>
internal sealed class LedgerMessageExtractor : IMessageExtractor
{
    private static readonly string[] Ids = [.. Enumerable.Range(0, LedgerParts.Count).Select(part => $"led1-{part:000}")];

    /// <summary>The entity of a part.</summary>
    internal static string IdOf(int part) => Ids[part];

    /// <inheritdoc/>
    public string? EntityId(object message) => message is LedgerMessage ledger ? IdOf(LedgerParts.Of(ledger.Peer)) : null;

    /// <inheritdoc/>
    public object? EntityMessage(object message) => message;

    /// <inheritdoc/>
    public string? ShardId(object message) => EntityId(message);

    /// <inheritdoc/>
    public string ShardId(string entityId, object? messageHint = null) => entityId;
}
