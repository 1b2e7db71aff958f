using System.Collections.Immutable;
using Akka.Actor;
using Akka.Cluster.Sharding;
using Microsoft.Extensions.Logging;
using RendezvousCluster.Registry.Outages;

namespace RendezvousCluster.Registry.Sharding;

/// <summary>
/// Places shards as another strategy does, among the regions that can write and are in service (<see cref="ShardPlacement"/>), and moves
/// them away from those that cannot or are not while others can and are.
/// </summary>
/// <remarks>
/// <para>
/// A node that loses the database, alone, stays a member: the others hear it as ever. Without this its namespaces would take no
/// registrations for as long as that lasts, though any other node could serve them. With it they are served elsewhere some seconds after;
/// the node itself serves on as a front end for those who are connected to it.
/// </para>
/// <para>
/// The coordinator asks every <see cref="Tick"/>, so that this is not waited for. Balancing, which costs every moved shard its memory,
/// keeps the pace that the settings say. It is done among the regions that can write; a node whose store is back is one of them again after
/// some seconds, and gets its share as a node that has joined.
/// </para>
/// <para>
/// For no other reason a shard is moved while the store is, or was a short time ago, away, unless it is away at some nodes and well at
/// others: the store that comes back may have lost what owners alone still know, and their memory does not move with their shards.
/// Balancing can wait.
/// </para>
/// <para>
/// While a member is unreachable no shard is moved: it would have to agree, and the shard would be away until the time for that is over.
/// </para>
/// </remarks>
/// <param name="inner">Chooses among the regions that are left, and balances.</param>
/// <param name="pace">It balances at one question of this many.</param>
/// <param name="stateOf">What is known of the store of a region.</param>
/// <param name="isDraining">Whether the node of a region is out of service.</param>
/// <param name="isTroubled">Whether the store of a region is away or was lately, or may be.</param>
/// <param name="isWhole">Whether all members are reachable.</param>
/// <param name="logger">Where the operator reads that shards move.</param>
internal sealed partial class StoreAwareAllocation(
    IShardAllocationStrategy inner,
    int pace,
    Func<IActorRef, StoreState> stateOf,
    Func<IActorRef, bool> isDraining,
    Func<IActorRef, bool> isTroubled,
    Func<bool> isWhole,
    ILogger<StoreAwareAllocation> logger) : IActorSystemDependentAllocationStrategy
{
    /// <summary>How often the coordinator has to ask. A look at a few numbers in memory.</summary>
    internal static readonly TimeSpan Tick = TimeSpan.FromSeconds(1);

    private static readonly Task<IImmutableSet<string>> None = Task.FromResult<IImmutableSet<string>>(ImmutableHashSet<string>.Empty);

    private int _asked;

    /// <inheritdoc/>
    public void Start(ActorSystem system)
    {
        if (inner is IActorSystemDependentAllocationStrategy dependent)
        {
            dependent.Start(system);
        }
    }

    /// <inheritdoc/>
    public Task<IActorRef> AllocateShard(
        IActorRef requester, string shardId, IImmutableDictionary<IActorRef, IImmutableList<string>> currentShardAllocations) =>
        inner.AllocateShard(requester, shardId, Targets(currentShardAllocations));

    /// <inheritdoc/>
    public Task<IImmutableSet<string>> Rebalance(
        IImmutableDictionary<IActorRef, IImmutableList<string>> currentShardAllocations, IImmutableSet<string> rebalanceInProgress)
    {
        bool isTimeToBalance = ++_asked % pace == 0;
        KeyValuePair<IActorRef, IEnumerable<string>>[] shards = isWhole()
            ? [.. currentShardAllocations.Select(region => KeyValuePair.Create(region.Key, region.Value.AsEnumerable()))]
            : [];
        IReadOnlyCollection<string> departures = ShardPlacement.Departures(shards, stateOf, rebalanceInProgress);
        if (departures.Count > 0)
        {
            LogDepartures(logger, departures.Count);
            return Task.FromResult<IImmutableSet<string>>(departures.ToImmutableHashSet());
        }

        if (ShardPlacement.MayHaveLostRows(currentShardAllocations.Keys, stateOf, isTroubled))
        {
            return None;
        }

        IReadOnlyCollection<string> drained = ShardPlacement.DrainedShards(shards, stateOf, isDraining, rebalanceInProgress);
        if (drained.Count > 0)
        {
            LogDrained(logger, drained.Count);
            return Task.FromResult<IImmutableSet<string>>(drained.ToImmutableHashSet());
        }

        return isTimeToBalance ? inner.Rebalance(Targets(currentShardAllocations), rebalanceInProgress) : None;
    }

    private ImmutableDictionary<IActorRef, IImmutableList<string>> Targets(
        IImmutableDictionary<IActorRef, IImmutableList<string>> regions) =>
        ShardPlacement.Targets(regions.Keys, stateOf, isDraining).ToImmutableDictionary(region => region, region => regions[region]);

    [LoggerMessage(2143, LogLevel.Warning, "{Count} shards move away from nodes that have lost the store to nodes that have it")]
    private static partial void LogDepartures(ILogger logger, int count);

    [LoggerMessage(2144, LogLevel.Information, "{Count} shards move away from nodes that drain")]
    private static partial void LogDrained(ILogger logger, int count);
}
