using Akka.Actor;
using Akka.Cluster;
using Akka.Cluster.Sharding;
using RendezvousCluster.Core.Quotas;
using RendezvousCluster.Libp2p.Identity;
using RendezvousCluster.Protocol;
using RendezvousCluster.Registry.Entities;
using RendezvousCluster.Registry.Membership;
using RendezvousCluster.Registry.Sharding;

namespace RendezvousCluster.Registry.Operators;

/// <summary>Looks at the parts of the registry on this node, for operators.</summary>
/// <param name="node">The node.</param>
/// <param name="regions">Its regions by name, as far as they are started.</param>
/// <param name="entities">What the owners of namespaces count.</param>
/// <param name="cluster">What the census of shards counts.</param>
/// <param name="ledger">The ledger of quotas.</param>
/// <param name="time">The clock of deadlines.</param>
internal sealed class RegistryInspection(
    NodeSystem node,
    Func<IEnumerable<KeyValuePair<string, IActorRef>>> regions,
    EntityMetrics entities,
    ClusterMetrics cluster,
    Func<IPeerLedger> ledger,
    TimeProvider time) : IRegistryInspection
{
    /// <summary>A region asks each of its shards, on its own node; one that takes longer has other troubles.</summary>
    internal static readonly TimeSpan RegionTimeout = TimeSpan.FromSeconds(1);

    /// <summary>For all pages of the ledger about one peer.</summary>
    internal static readonly TimeSpan LedgerTimeout = TimeSpan.FromSeconds(3);

    // Each has 64 KiB of names; more than any quota in use needs.
    private const int MaxPages = 64;

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

    /// <inheritdoc/>
    public IReadOnlyList<NamespaceSize> FindLargestNamespaces(int top) =>
        [.. entities.Namespaces.Largest(top).Select(size => new NamespaceSize(size.Name.ToString(), size.Registrations))];

    /// <inheritdoc/>
    public string ShardOf(RendezvousNamespace name) => EntityIds.ShardOf(EntityIds.For(name));

    /// <inheritdoc/>
    public async Task<PeerRegistrations?> FindRegistrationsAsync(PeerId peer, int top, CancellationToken cancellationToken)
    {
        var listed = new List<PeerRegistration>();
        int total = 0;
        int next = 0;
        long knownFor = 0;
        DateTimeOffset deadline = time.GetUtcNow() + LedgerTimeout;
        for (int page = 0; page < MaxPages && (page == 0 || next != 0); page++)
        {
            LedgerListing? listing = await ledger().ListAsync(peer, next, deadline, cancellationToken).ConfigureAwait(false);
            if (listing is null)
            {
                return null;
            }

            DateTimeOffset now = time.GetUtcNow();
            total += listing.Namespaces.Count;
            listed.AddRange(
                listing.Namespaces.Take(top - listed.Count).Select((name, index) => new PeerRegistration(
                    name.ToString(),
                    index < listing.ExpiresAt.Count ? Math.Max(0, (long)(listing.ExpiresAt[index] - now).TotalSeconds) : null)));
            (next, knownFor) = (listing.Next, Math.Max(0, (long)(now - listing.KnownSince).TotalSeconds));
        }

        return new PeerRegistrations(total, listed, knownFor);
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
