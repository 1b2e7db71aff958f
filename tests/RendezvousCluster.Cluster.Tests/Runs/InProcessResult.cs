using RendezvousCluster.Chaos.Runs;
using RendezvousCluster.Cluster.Tests.Faults;

namespace RendezvousCluster.Cluster.Tests.Runs;

/// <summary>What came of a run.</summary>
/// <param name="Chaos">The history and what the checker says of it.</param>
/// <param name="Journal">How often each kind of fault struck the journal.</param>
/// <param name="Nodes">What happened to the nodes and their network.</param>
internal sealed record InProcessResult(
    ChaosResult Chaos, IReadOnlyDictionary<JournalFaultKind, int> Journal, IReadOnlyList<NodeFault> Nodes)
{
    public override string ToString() =>
        $"{Chaos}\njournal: {string.Join(", ", Journal.OrderBy(count => count.Key).Select(count => $"{count.Key} {count.Value}"))}"
        + $"\nnodes: {string.Join(", ", Nodes.Select(fault => $"{fault.Kind} of node {fault.Node}"))}";
}
