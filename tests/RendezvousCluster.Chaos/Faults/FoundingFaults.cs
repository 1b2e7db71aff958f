using RendezvousCluster.Chaos.Cluster;
using RendezvousCluster.Chaos.History;

namespace RendezvousCluster.Chaos.Faults;

/// <summary>Starts of nodes that find nobody who could take them in.</summary>
/// <param name="cluster">What is hit.</param>
/// <param name="recorder">Where it is written down.</param>
internal sealed class FoundingFaults(ChaosCluster cluster, HistoryRecorder recorder)
{
    private static readonly TimeSpan Settle = TimeSpan.FromSeconds(3);

    /// <summary>
    /// Lets a node found a cluster while the two others stand still and the database knows nothing of them, and lets those go on. In the
    /// end one cluster of all nodes has to stand, for which nodes end by themselves and are started again.
    /// </summary>
    /// <param name="founder">The node that is killed, and started again.</param>
    public async Task FoundBesideAsync(ClusterNode founder)
    {
        ClusterNode[] others = [.. cluster.Nodes.Where(node => node != founder)];
        long from = recorder.Now;
        Array.ForEach(others, other => other.Pause());
        await founder.KillAsync();
        await cluster.Tables.EndSessionsAsync();
        await cluster.StartAsync(founder);
        Array.ForEach(others, other => other.Continue());
        long to = recorder.Now;

        using var enough = new CancellationTokenSource();
        Task supervision = new Supervisor(cluster, from).WatchAsync(enough.Token);
        long one;
        try
        {
            one = await cluster.OneAgainAsync();
        }
        finally
        {
            await enough.CancelAsync();
        }

        await supervision;
        foreach (ClusterNode node in cluster.Nodes)
        {
            recorder.Add(new FaultEvent(FaultKind.FoundBeside, node.Index, from, to, one));
        }
    }

    /// <summary>Kills all nodes, starts all but the first seed, and starts that one when the others serve.</summary>
    public async Task LeaveFirstSeedAwayAsync()
    {
        long from = recorder.Now;
        await Task.WhenAll(cluster.Nodes.Select(node => node.KillAsync()));
        recorder.Add(new FaultEvent(FaultKind.FirstSeedAway, FaultEvent.NoNode, from, recorder.Now, from));
        await Task.WhenAll(cluster.Nodes.Skip(1).Select(cluster.StartAsync));
        await Schedule.PassAsync(Settle);
        await cluster.JoinAsync(cluster.Nodes[0]);
    }
}
