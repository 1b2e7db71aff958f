using Akka.Actor;
using Akka.Cluster;
using Akka.Cluster.Sharding;
using RendezvousCluster.Registry.Entities;
using RendezvousCluster.Registry.Membership;

namespace RendezvousCluster.Registry.Operators;

/// <summary>Looks at the parts of the registry on this node, for operators.</summary>
/// <param name="node">The node.</param>
/// <param name="regions">Its regions by name, as far as they are started.</param>
/// <param name="entities">What the owners of namespaces count.</param>
/// <param name="cluster">What the census of shards counts.</param>
internal sealed class RegistryInspection(
    NodeSystem node, Func<IEnumerable<KeyValuePair<string, IActorRef>>> regions, EntityMetrics entities, ClusterMetrics cluster)
    : IRegistryInspection
{
    /// <summary>A region asks each of its shards, on its own node; one that takes longer has other troubles.</summary>
    internal static readonly TimeSpan RegionTimeout = TimeSpan.FromSeconds(1);

    /// <inheritdoc/>
    public NodeCounts Counts => new(entities.Registrations, entities.Awake, entities.Commits);

    /// <inheritdoc/>
    public IReadOnlyList<ClusterMember> Members => node.System is { } system ? MemberNames.All(Cluster.Get(system)) : [];

    /// <inheritdoc/>
    public async Task<IReadOnlyList<NodeShards>> FindShardsAsync(CancellationToken cancellationToken)
    {
        NodeShards?[] all = await Task.WhenAll(
            regions().Select(region => FindAsync(region.Key, region.Value, cancellationToken))).ConfigureAwait(false);
        return [.. all.OfType<NodeShards>()];
    }

    private async Task<NodeShards?> FindAsync(string name, IActorRef region, CancellationToken cancellationToken)
    {
        try
        {
            ShardRegionStats stats = await region.Ask<ShardRegionStats>(
                GetShardRegionStats.Instance, RegionTimeout, cancellationToken).ConfigureAwait(false);
            return new NodeShards(
                name,
                stats.Stats.Concat(stats.Failed.Select(shard => KeyValuePair.Create(shard, 0)))
                    .DistinctBy(shard => shard.Key).ToDictionary(shard => shard.Key, shard => shard.Value, StringComparer.Ordinal),
                cluster.IsCoordinator(name));
        }
        catch (AskTimeoutException)
        {
            return null;
        }
    }
}
