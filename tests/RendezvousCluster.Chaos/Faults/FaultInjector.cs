using RendezvousCluster.Chaos.Cluster;
using RendezvousCluster.Chaos.History;
using RendezvousCluster.Chaos.Network;

namespace RendezvousCluster.Chaos.Faults;

/// <summary>
/// Makes things go wrong, one at a time: waits until the others have coped, mends it, and waits until every node is ready again.
/// </summary>
/// <param name="cluster">What is hit.</param>
/// <param name="network">What can be cut.</param>
/// <param name="failover">How long the others have to take over from a node that died.</param>
/// <param name="recorder">Where it is written down.</param>
internal sealed class FaultInjector(ChaosCluster cluster, IClusterNetwork network, TimeSpan failover, HistoryRecorder recorder)
{
    private const int CleanExit = 0;

    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Settle = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan BlinkLength = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan ShortPause = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LongPause = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan OutageLength = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan LongestStall = TimeSpan.FromSeconds(8);
    private static readonly TimeSpan ShortestLag = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestLag = TimeSpan.FromSeconds(4);

    // Owners look within two seconds whether the database still has what they know, and save what it has not.
    private static readonly TimeSpan WrittenAgain = TimeSpan.FromSeconds(8);

    /// <summary>Nodes that did not end as they should after SIGTERM, or when they were cut off.</summary>
    public List<string> UncleanStops { get; } = [];

    /// <summary>Lets a fault happen, from its beginning until all is well again.</summary>
    /// <param name="kind">Which.</param>
    /// <param name="index">Which node, where it is one.</param>
    /// <param name="length">How long it lasts, from 0 to 1, where that can vary.</param>
    public async Task InjectAsync(FaultKind kind, int index, double length)
    {
        ClusterNode node = cluster.Nodes[index];
        await (kind switch
        {
            FaultKind.Kill => KillAsync(kind, node),
            FaultKind.KillOldest => KillAsync(kind, cluster.Oldest),
            FaultKind.Term => TerminateAsync(kind, node),
            FaultKind.TermOldest => TerminateAsync(kind, cluster.Oldest),
            FaultKind.Rolling => RollAsync(),
            FaultKind.Pause => PauseAsync(kind, node, length < 0.5 ? ShortPause : LongPause),
            FaultKind.Blink => PauseAsync(kind, node, BlinkLength),
            FaultKind.All => KillAllAsync(),
            FaultKind.DatabaseKill => InterruptDatabaseAsync(kind, cluster.Database.KillAsync),
            FaultKind.DatabaseStop => InterruptDatabaseAsync(kind, cluster.Database.StopAsync),
            FaultKind.DatabaseStall => StallDatabaseAsync(LongestStall * length),
            FaultKind.DatabasePromote => LoseRowsAsync(kind, cluster.Database.CopyAsync(() => Schedule.PassAsync(Settle)), length),
            FaultKind.DatabasePromoteTerm => LoseRowsAsync(
                kind, cluster.Database.CopyAsync(() => Schedule.PassAsync(Settle)), length, leaving: node),
            FaultKind.DatabaseRestore => LoseRowsAsync(kind, cluster.Database.CopyAsync(), length),
            FaultKind.Clock => SetClocks().RunAsync((int)(length * int.MaxValue), index),
            FaultKind.ClockFar => SetClocks().RunFarAsync((int)(length * int.MaxValue), index),
            FaultKind.FoundBeside => new FoundingFaults(cluster, recorder).FoundBesideAsync(node),
            FaultKind.FirstSeedAway => new FoundingFaults(cluster, recorder).LeaveFirstSeedAwayAsync(),
            FaultKind.JoinStorm => new JoinStorm(cluster, left => StopAsync(FaultKind.Term, left)).RunAsync(node),
            _ when NetworkFaults.Kinds.Contains(kind) => new NetworkFaults(cluster, network, failover, recorder, UncleanStops).InjectAsync(
                kind, node, length),
            _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "That does not happen on purpose."),
        });
        await cluster.ReadyAsync();
        await Schedule.PassAsync(Settle);
    }

    private ClockFault SetClocks() => new(cluster, recorder, left => StopAsync(FaultKind.Term, left));

    private async Task KillAsync(FaultKind kind, ClusterNode node)
    {
        long from = recorder.Now;
        await node.KillAsync();
        recorder.Add(new FaultEvent(kind, node.Index, from, recorder.Now, from));
        await Schedule.PassAsync(failover);
        await cluster.JoinAsync(node);
    }

    private async Task KillAllAsync()
    {
        long from = recorder.Now;
        await Task.WhenAll(cluster.Nodes.Select(node => node.KillAsync()));
        recorder.Add(new FaultEvent(FaultKind.All, FaultEvent.NoNode, from, recorder.Now, from));
        await cluster.JoinAsync([.. cluster.Nodes]);
    }

    private async Task TerminateAsync(FaultKind kind, ClusterNode node)
    {
        await StopAsync(kind, node);
        await cluster.JoinAsync(node);
    }

    private async Task StopAsync(FaultKind kind, ClusterNode node)
    {
        cluster.Leaves(node);
        long from = recorder.Now;
        int exitCode = await node.TerminateAsync(StopTimeout);
        recorder.Add(new FaultEvent(kind, node.Index, from, recorder.Now, from));
        if (exitCode != CleanExit)
        {
            UncleanStops.Add($"node {node.Index} ended with exit code {exitCode} after SIGTERM at {from}:\n{node.Errors}");
        }

        await Schedule.PassAsync(Settle);
    }

    private async Task RollAsync()
    {
        foreach (ClusterNode node in cluster.Nodes.OrderByDescending(node => node.Age).ToArray())
        {
            await TerminateAsync(FaultKind.Rolling, node);
            await Schedule.PassAsync(Settle);
        }
    }

    // Whether the node was replaced meanwhile nobody here knows before it ends, which it does soon after it goes on; so until all are ready
    // again it may know the past only.
    private async Task PauseAsync(FaultKind kind, ClusterNode node, TimeSpan length)
    {
        long from = recorder.Now;
        node.Pause();
        await Schedule.PassAsync(length);
        node.Continue();
        long to = recorder.Now;
        await Schedule.PassAsync(failover);
        await cluster.ReadyAsync(mayBeOut: node);
        recorder.Add(new FaultEvent(kind, node.Index, from, to, recorder.Now));
    }

    private async Task InterruptDatabaseAsync(FaultKind kind, Func<Task> interrupt)
    {
        long from = recorder.Now;
        await interrupt();
        await Schedule.PassAsync(OutageLength);
        await cluster.Database.StartAsync();
        recorder.Add(new FaultEvent(kind, FaultEvent.NoNode, from, recorder.Now, from));
    }

    // All that was acknowledged since the copy was made is in the memory of the owners only. When they have written it again nothing may be
    // missing, even if all of them die.
    private async Task LoseRowsAsync(FaultKind kind, Task<string> copying, double length, ClusterNode? leaving = null)
    {
        string copy = await copying;
        await Schedule.PassAsync(ShortestLag + ((LongestLag - ShortestLag) * length));
        long from = recorder.Now;
        await cluster.Database.KillAsync();
        if (leaving is not null)
        {
            await Schedule.PassAsync(BlinkLength); // the node has to know that the database is away
            await StopAsync(FaultKind.Term, leaving);
        }

        await cluster.Database.ReplaceByAsync(copy);
        recorder.Add(new FaultEvent(kind, FaultEvent.NoNode, from, recorder.Now, from));
        if (leaving is not null)
        {
            await cluster.JoinAsync(leaving);
        }

        await cluster.ReadyAsync();
        await Schedule.PassAsync(WrittenAgain);
        await KillAllAsync();
    }

    private async Task StallDatabaseAsync(TimeSpan length)
    {
        long from = recorder.Now;
        cluster.Database.Pause();
        await Schedule.PassAsync(BlinkLength + length);
        cluster.Database.Continue();
        recorder.Add(new FaultEvent(FaultKind.DatabaseStall, FaultEvent.NoNode, from, recorder.Now, from));
    }
}
