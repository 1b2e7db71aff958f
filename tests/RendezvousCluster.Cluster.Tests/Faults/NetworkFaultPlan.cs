namespace RendezvousCluster.Cluster.Tests.Faults;

/// <summary>What goes wrong with the network in a run, one after the other: follows from the seed.</summary>
internal static class NetworkFaultPlan
{
    /// <summary>The faults of a run, no kind twice.</summary>
    public static IReadOnlyList<NetworkFault> For(int seed, int count, int nodes)
    {
        var random = new Random(seed);
        NetworkFaultKind[] kinds = Enum.GetValues<NetworkFaultKind>();
        random.Shuffle(kinds);
        return [.. kinds.Take(count).Select(kind => new NetworkFault(kind, random.Next(nodes), random.NextDouble()))];
    }
}
