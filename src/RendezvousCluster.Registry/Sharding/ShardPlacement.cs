using RendezvousCluster.Registry.Outages;

namespace RendezvousCluster.Registry.Sharding;

/// <summary>
/// Where shards may be that need the store, when some nodes have lost it or are out of service. A store changes something only if it is
/// away at some nodes and well at others: when all have lost it, nowhere is better than where the shards are, and moving them would cost
/// the memory that is read from. So it is with nodes that are out of service: when all are, nothing moves.
/// </summary>
internal static class ShardPlacement
{
    /// <summary>
    /// Shards of one region that are moved at the same time because of this: as many as ordinary balancing moves at most. Each is away for
    /// a moment, and its namespaces are read back by the others.
    /// </summary>
    internal const int MaxMoving = 20;

    /// <summary>
    /// The regions that may be given shards: those in service, if there are any, and of these the ones with a store that is well if others
    /// are known to have lost it.
    /// </summary>
    public static IReadOnlyCollection<TRegion> Targets<TRegion>(
        IEnumerable<TRegion> regions, Func<TRegion, StoreState> stateOf, Func<TRegion, bool> isDraining)
    {
        TRegion[] all = [.. regions];
        TRegion[] inService = [.. all.Where(region => !isDraining(region))];
        (TRegion Region, StoreState State)[] known =
            [.. (inService.Length > 0 ? inService : all).Select(region => (region, stateOf(region)))];
        TRegion[] well = [.. from region in known where region.State == StoreState.Well select region.Region];
        return well.Length > 0 && known.Any(region => region.State == StoreState.Away) ? well : [.. known.Select(region => region.Region)];
    }

    /// <summary>The shards that have to move now because the region that has them lost the store, and others did not.</summary>
    /// <param name="shards">The regions, and the shards of each.</param>
    /// <param name="stateOf">What is known of the store of a region.</param>
    /// <param name="moving">Shards that are on the move.</param>
    public static IReadOnlyCollection<string> Departures<TRegion>(
        IEnumerable<KeyValuePair<TRegion, IEnumerable<string>>> shards, Func<TRegion, StoreState> stateOf,
        IReadOnlyCollection<string> moving)
    {
        ILookup<StoreState, IEnumerable<string>> byState = shards.ToLookup(region => stateOf(region.Key), region => region.Value);
        return byState.Contains(StoreState.Well)
            ? [.. byState[StoreState.Away].SelectMany(region => region).Except(moving).Take(Math.Max(0, MaxMoving - moving.Count))]
            : [];
    }

    /// <summary>
    /// Whether owners may be the only ones that know what their store has lost: it is or was away at a region, and not only there.
    /// </summary>
    /// <param name="regions">The regions.</param>
    /// <param name="stateOf">What is known of the store of a region.</param>
    /// <param name="isTroubled">Whether the store of a region is away or was lately, or may be.</param>
    public static bool MayHaveLostRows<TRegion>(
        IEnumerable<TRegion> regions, Func<TRegion, StoreState> stateOf, Func<TRegion, bool> isTroubled)
    {
        (StoreState State, bool IsTroubled)[] known = [.. regions.Select(region => (stateOf(region), isTroubled(region)))];
        bool anyWell = known.Any(region => region.State == StoreState.Well);
        return known.Any(region => region.IsTroubled && !(anyWell && region.State == StoreState.Away));
    }

    /// <summary>The shards that have to move now because the region that has them is out of service, and others are not.</summary>
    /// <param name="shards">The regions, and the shards of each.</param>
    /// <param name="stateOf">What is known of the store of a region.</param>
    /// <param name="isDraining">Whether a region is out of service.</param>
    /// <param name="moving">Shards that are on the move.</param>
    public static IReadOnlyCollection<string> DrainedShards<TRegion>(
        IEnumerable<KeyValuePair<TRegion, IEnumerable<string>>> shards, Func<TRegion, StoreState> stateOf, Func<TRegion, bool> isDraining,
        IReadOnlyCollection<string> moving)
    {
        ILookup<bool, KeyValuePair<TRegion, IEnumerable<string>>> byService = shards.ToLookup(region => isDraining(region.Key));
        return byService[false].Any(region => stateOf(region.Key) != StoreState.Away)
            ? [.. byService[true].SelectMany(region => region.Value).Except(moving).Take(Math.Max(0, MaxMoving - moving.Count))]
            : [];
    }
}
