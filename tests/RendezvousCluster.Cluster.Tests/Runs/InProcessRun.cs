using RendezvousCluster.Chaos;
using RendezvousCluster.Chaos.Checking;
using RendezvousCluster.Chaos.Cluster;
using RendezvousCluster.Chaos.History;
using RendezvousCluster.Chaos.Load;
using RendezvousCluster.Chaos.Runs;
using RendezvousCluster.Cluster.Tests.Faults;
using RendezvousCluster.Testing.Databases;

namespace RendezvousCluster.Cluster.Tests.Runs;

/// <summary>
/// One run of several nodes in this process: callers are busy at every node while journal and network go wrong, then nothing goes wrong any more and every namespace has
/// to answer at every node. Then the history and the rows of the journal are checked, by the checkers of the chaos runs.
/// </summary>
internal sealed class InProcessRun(InProcessSettings settings, TestPostgres server, Action<string> tell)
{
    // So long at most until the journal has had every kind of fault; callers are busy all the time.
    private static readonly TimeSpan StrikeLimit = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Calm = TimeSpan.FromSeconds(1);

    private readonly HistoryRecorder _recorder = new();
    private readonly RecordBook _book = new();

    /// <summary>Runs it to its end.</summary>
    public async Task<InProcessResult> RunAsync()
    {
        using var journal = new JournalFaults(settings.Seed, settings.Journal, Struck);
        await using var cluster = new InProcessCluster(server, journal, settings.Bug, _recorder);
        await cluster.StartAsync();
        tell($"{_recorder.Now,9} ms  the cluster is ready");
        RegistryCaller[] callers = [.. Enumerable.Range(0, settings.Namespaces * settings.CallersPerNamespace).Select(peer => MakeCaller(peer, cluster.Slots))];
        IReadOnlyList<NetworkFault> network = NetworkFaultPlan.For(settings.Seed, settings.NetworkFaults, cluster.Slots.Count);
        using var stop = new CancellationTokenSource();
        Task load = Task.WhenAll(callers.Select(caller => Task.Run(() => caller.RunAsync(stop.Token))));
        try
        {
            Task faults = GoWrongAsync(journal, cluster, network);
            await Task.WhenAny(load, faults);
            await (load.IsFaulted ? load : faults);
        }
        finally
        {
            await stop.CancelAsync();
        }

        await load;
        journal.IsOn = false;
        await cluster.ReadyAsync();
        long quietFrom = _recorder.Now;
        tell($"{quietFrom,9} ms  all is quiet; every namespace has to answer at every node");
        await Task.WhenAll(callers.Select((caller, peer) => caller.ConfirmAsync(peer % cluster.Slots.Count, settings.ConfirmLimit)));
        RunHistory history = _recorder.ToHistory(settings.Seed, cluster.Slots.Count, settings.Namespaces, quietFrom);
        Violation[] violations = [.. HistoryChecker.Check(history), .. JournalChecker.Check(await JournalTable.ReadAsync(server, cluster.Database), _recorder.Now)];
        tell($"{_recorder.Now,9} ms  judged");
        return new InProcessResult(new ChaosResult(history, violations, cluster.UnplannedEnds, []), journal.Counts, network);
    }

    private RegistryCaller MakeCaller(int peer, IReadOnlyList<ClusterSlot> nodes) =>
        new(unchecked((settings.Seed * 1_000_003) + peer), peer / settings.CallersPerNamespace, peer, nodes, _book, _recorder);

    private async Task GoWrongAsync(JournalFaults journal, InProcessCluster cluster, IReadOnlyList<NetworkFault> network)
    {
        await Schedule.PassAsync(Calm);
        journal.IsOn = true;
        long begun = _recorder.Now;
        var injector = new NetworkInjector(cluster, settings.Seed, _recorder);
        foreach (NetworkFault fault in network)
        {
            tell($"{_recorder.Now,9} ms  {fault.Kind}, node {fault.Node}, length {fault.Length:F2}");
            await injector.InjectAsync(fault);
            await Schedule.PassAsync(Calm);
        }

        long end = _recorder.Now + (long)StrikeLimit.TotalMilliseconds;
        while (_recorder.Now < begun + settings.Busy.TotalMilliseconds || (settings.Journal.Except(journal.Counts.Keys).Any() && _recorder.Now < end))
        {
            await Schedule.PassAsync(LookInterval);
        }
    }

    private void Struck(JournalFaultKind kind) => _recorder.Add(new FaultEvent(FaultKind.Journal, FaultEvent.NoNode, _recorder.Now, _recorder.Now, _recorder.Now));
}
