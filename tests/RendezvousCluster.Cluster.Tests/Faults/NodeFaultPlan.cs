namespace RendezvousCluster.Cluster.Tests.Faults;

/// <summary>What happens to the nodes and their network in a run, one thing after the other: follows from the seed.</summary>
internal static class NodeFaultPlan
{
    /// <summary>The faults of a run, no kind twice.</summary>
    public static IReadOnlyList<NodeFault> For(int seed, int count, int nodes)
    {
        var random = new Random(seed);
        NodeFaultKind[] kinds = Enum.GetValues<NodeFaultKind>();
        random.Shuffle(kinds);
        return [.. kinds.Take(count).Select(kind => new NodeFault(kind, random.Next(nodes), random.NextDouble()))];
    }
}
