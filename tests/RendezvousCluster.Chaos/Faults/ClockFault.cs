using RendezvousCluster.Chaos.Cluster;
using RendezvousCluster.Chaos.History;

namespace RendezvousCluster.Chaos.Faults;

/// <summary>
/// Lets clocks differ and step while everything goes on, and a node leaves meanwhile, so that others own its namespaces by other clocks. It
/// comes back before they are right again.
/// </summary>
/// <param name="cluster">Whose clocks.</param>
/// <param name="recorder">Where it is written down.</param>
/// <param name="stop">Ends a node with SIGTERM and writes it down.</param>
internal sealed class ClockFault(ChaosCluster cluster, HistoryRecorder recorder, Func<ClusterNode, Task> stop)
{
    private static readonly TimeSpan Hold = TimeSpan.FromSeconds(5);

    // A process tells the others of its own clock for as long as it counts with it, and they count with it for twice as long.
    private static readonly TimeSpan UntilForgotten = 3 * NodeSettings.ClockBelief;

    private readonly Dictionary<int, long> _since = [];

    /// <summary>Whether some of the kinds need nodes with wall clocks of their own.</summary>
    public static bool NeedsClocks(IEnumerable<FaultKind> kinds) => kinds.Any(kind => kind is FaultKind.Clock or FaultKind.ClockFar);

    /// <summary>Steps of seconds. The checker allows for what follows from clocks that differ by them.</summary>
    public Task RunAsync(int seed, int node) => RunAsync(FaultKind.Clock, ClockPlan.Rounds(seed, node, cluster.Nodes.Count), node);

    /// <summary>
    /// Steps of hours and days. One time goes on in all nodes, so nothing may follow. Only if all of them die before every process has
    /// forgotten that some clocks were wrong, what is on disk is a guess; so it lasts until then.
    /// </summary>
    public async Task RunFarAsync(int seed, int node)
    {
        await RunAsync(FaultKind.ClockFar, ClockPlan.FarRounds(seed, node, cluster.Nodes.Count), node);
        await Schedule.PassAsync(UntilForgotten);
    }

    private async Task RunAsync(FaultKind kind, IReadOnlyList<IReadOnlyList<ClockStep>> rounds, int node)
    {
        foreach (IReadOnlyList<ClockStep> round in rounds.SkipLast(1))
        {
            await StepAsync(kind, round);
            await Schedule.PassAsync(Hold);
        }

        await stop(cluster.Nodes[node]);
        await Schedule.PassAsync(Hold);
        await cluster.JoinAsync(cluster.Nodes[node]);
        await Schedule.PassAsync(Hold);
        await StepAsync(kind, rounds[^1]);
    }

    private async Task StepAsync(FaultKind kind, IReadOnlyList<ClockStep> steps)
    {
        // Until the process has looked it may have the old time or the new: both count.
        long before = recorder.Now;
        long[] old = [.. cluster.Nodes.Select(node => (long)node.Clock!.Offset.TotalMilliseconds)];
        foreach ((int index, long offset) in steps)
        {
            cluster.Nodes[index].Clock!.Set(TimeSpan.FromMilliseconds(offset));
        }

        await Schedule.PassAsync(NodeClock.Notice);
        foreach ((int index, _) in steps)
        {
            if (old[index] != 0)
            {
                long skew = kind == FaultKind.Clock ? old[index] : 0;
                recorder.Add(new FaultEvent(kind, index, _since[index], recorder.Now, _since[index], skew));
            }

            _since[index] = before;
        }
    }
}
