using RendezvousCluster.Chaos.Runs;
using RendezvousCluster.Cluster.Tests.Faults;

namespace RendezvousCluster.Cluster.Tests.Runs;

/// <summary>What came of a run.</summary>
/// <param name="Chaos">The history and what the checker says of it.</param>
/// <param name="Journal">How often each kind of fault struck the journal.</param>
/// <param name="Network">What struck the network.</param>
internal sealed record InProcessResult(
    ChaosResult Chaos, IReadOnlyDictionary<JournalFaultKind, int> Journal, IReadOnlyList<NetworkFault> Network)
{
    public override string ToString() =>
        $"{Chaos}\njournal: {string.Join(", ", Journal.OrderBy(count => count.Key).Select(count => $"{count.Key} {count.Value}"))}"
        + $"\nnetwork: {string.Join(", ", Network.Select(fault => $"{fault.Kind} of node {fault.Node}"))}";
}
