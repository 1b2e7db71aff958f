using RendezvousCluster.Chaos.History;

namespace RendezvousCluster.Chaos.Network;

/// <summary>What a node sends to somebody. The way back is another one.</summary>
/// <param name="From">A node, by number.</param>
/// <param name="To">Another one, or <see cref="Database"/>.</param>
internal readonly record struct NetworkWay(int From, int To)
{
    /// <summary>In the place of a node's number.</summary>
    public const int Database = -1;

    /// <summary>The ways that a fault cuts.</summary>
    /// <param name="kind">Which fault.</param>
    /// <param name="node">Whom it hits.</param>
    /// <param name="nodes">How many there are; they follow each other in a ring.</param>
    /// <exception cref="ArgumentOutOfRangeException">It cuts nothing.</exception>
    public static IReadOnlyCollection<NetworkWay> CutBy(FaultKind kind, int node, int nodes)
    {
        int next = (node + 1) % nodes;
        return kind switch
        {
            FaultKind.Split => Around(node, nodes),
            FaultKind.OneWay => [new(node, next)],
            FaultKind.Bridge => [new(node, next), new(next, node)],
            FaultKind.DatabaseCut => [new(node, Database)],
            FaultKind.Isolate => [.. Around(node, nodes), new(node, Database)],
            _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "That cuts nothing."),
        };
    }

    private static NetworkWay[] Around(int node, int nodes) =>
        [.. Enumerable.Range(0, nodes).Where(other => other != node)
            .SelectMany(other => new NetworkWay[] { new(node, other), new(other, node) })];
}
