using RendezvousCluster.Registry.Outages;

namespace RendezvousCluster.Registry.Sharding;

/// <summary>
/// Where shards may be that need the store, when some nodes have lost it. Only one that is away at some and well at others changes
/// anything: when all have lost it, nowhere is better than where the shards are, and moving them would cost the memory that is read from.
/// </summary>
internal static class ShardPlacement
{
    /// <summary>
    /// Shards of one region that are moved at the same time because of this: as many as ordinary balancing moves at most. Each is away for
    /// a moment, and its namespaces are read back by the others.
    /// </summary>
    internal const int MaxMoving = 20;

    /// <summary>
    /// The regions that may be given shards: those with a store that is well if others are known to have lost it, or else all.
    /// </summary>
    public static IReadOnlyCollection<TRegion> Targets<TRegion>(IEnumerable<TRegion> regions, Func<TRegion, StoreState> stateOf)
    {
        (TRegion Region, StoreState State)[] known = [.. regions.Select(region => (region, stateOf(region)))];
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
}
