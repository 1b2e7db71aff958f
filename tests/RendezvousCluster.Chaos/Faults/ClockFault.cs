using RendezvousCluster.Chaos.Cluster;
using RendezvousCluster.Chaos.History;

namespace RendezvousCluster.Chaos.Faults;

/// <summary>
/// Lets clocks differ and step while everything goes on, and a node leaves meanwhile, so that others own its namespaces by other clocks. It
/// comes back when all clocks are right again: a node that is further behind than a request may take does not get ready.
/// </summary>
/// <param name="cluster">Whose clocks.</param>
/// <param name="recorder">Where it is written down.</param>
/// <param name="stop">Ends a node with SIGTERM and writes it down.</param>
internal sealed class ClockFault(ChaosCluster cluster, HistoryRecorder recorder, Func<ClusterNode, Task> stop)
{
    private static readonly TimeSpan Hold = TimeSpan.FromSeconds(5);

    private readonly Dictionary<int, long> _since = [];

    /// <summary>From the first step until all clocks are right again.</summary>
    public async Task RunAsync(int seed, int node)
    {
        IReadOnlyList<IReadOnlyList<ClockStep>> rounds = ClockPlan.Rounds(seed, node, cluster.Nodes.Count);
        foreach (IReadOnlyList<ClockStep> round in rounds.SkipLast(1))
        {
            await StepAsync(round);
            await Schedule.PassAsync(Hold);
        }

        await stop(cluster.Nodes[node]);
        await Schedule.PassAsync(Hold);
        await StepAsync(rounds[^1]);
        await cluster.JoinAsync(cluster.Nodes[node]);
    }

    private async Task StepAsync(IReadOnlyList<ClockStep> steps)
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
                recorder.Add(new FaultEvent(FaultKind.Clock, index, _since[index], recorder.Now, _since[index], old[index]));
            }

            _since[index] = before;
        }
    }
}
