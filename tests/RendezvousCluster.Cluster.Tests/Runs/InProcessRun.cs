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
/// One run of several nodes in this process: callers are busy at every node while journal and network go wrong, then nothing goes wrong any
/// more and every namespace has to answer at every node. Then the history and the rows of the journal are checked, by the checkers of the
/// chaos runs.
/// </summary>
/// <remarks>
/// <para><b>Between the simulation and the chaos runs.</b> The simulation has every interleaving, but no actors, no sharding and no SQL.
/// The chaos runs have all of these, but a journal that only works or does not. Here the actors, the sharding, the remoting and the tables
/// are real, and the journal can fail one write out of thirty in a way that no database can be made to on command: reported as failed and
/// written, written after its writer has given up and another owner has recovered, sent twice.
/// </para>
/// <para><b>What the seed fixes.</b> Which kinds of fault come in which order and how far apart, what happens to which node, what each
/// caller wants next. Not which namespace has the bad luck: that follows from who comes first. So a seed that failed fails again often, not
/// always.
/// </para>
/// <para><b>Time.</b> It is real, as actors and sockets know no other. Nothing is asserted about how long anything takes, except that it
/// ends. A node that a loaded machine takes for dead is started again and counted as one that was put out.
/// </para>
/// <para><b>What is held against whom.</b> While a node's network is bad, and until all are ready again, it may have been replaced without
/// knowing it, and what it says may be the past; the other two are held to every promise all the time. A node that leaves in order has no
/// such excuse. The journal is nobody's excuse.
/// </para>
/// </remarks>
internal sealed class InProcessRun(InProcessSettings settings, TestPostgres server, Action<string> tell)
{
    // So long at most until the journal has had every kind of fault; callers are busy all the time.
    private static readonly TimeSpan StrikeLimit = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(100);

    // So slow that the owner is idle for longer than it stays in memory now and then, and has to recover.
    private static readonly TimeSpan SleepyPace = TimeSpan.FromMilliseconds(1_300);
    private static readonly TimeSpan Calm = TimeSpan.FromSeconds(1);

    private readonly HistoryRecorder _recorder = new();
    private readonly RecordBook _book = new();
    private readonly RunLog _log = new();

    /// <summary>What the nodes have said so far.</summary>
    public IReadOnlyCollection<string> Log => _log.Lines;

    /// <summary>Runs it to its end.</summary>
    public async Task<InProcessResult> RunAsync()
    {
        using var journal = new JournalFaults(settings.Seed, settings.Journal, Struck);
        await using var cluster = new InProcessCluster(server, journal, settings.Bug, _recorder, _log);
        await cluster.StartAsync();
        tell($"{_recorder.Now,9} ms  the cluster is ready");
        RegistryCaller[] callers =
            [.. Enumerable.Range(0, settings.Namespaces * settings.CallersPerNamespace).Select(peer => MakeCaller(peer, cluster.Slots))];
        IReadOnlyList<NodeFault> nodeFaults = NodeFaultPlan.For(settings.Seed, settings.NodeFaults, cluster.Slots.Count);
        using var stop = new CancellationTokenSource();
        Task load = Task.WhenAll(callers.Select(caller => Task.Run(() => caller.RunAsync(stop.Token))));
        try
        {
            Task faults = GoWrongAsync(journal, cluster, nodeFaults);
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
        IReadOnlyList<JournalRow> rows = await JournalTable.ReadAsync(server, cluster.Database);
        Violation[] violations = [.. HistoryChecker.Check(history), .. JournalChecker.Check(rows, _recorder.Now)];
        tell($"{_recorder.Now,9} ms  judged");
        return new InProcessResult(new ChaosResult(history, violations, cluster.UnplannedEnds, []), journal.Counts, nodeFaults);
    }

    private RegistryCaller MakeCaller(int peer, IReadOnlyList<ClusterSlot> nodes)
    {
        int ns = peer / settings.CallersPerNamespace;
        return new RegistryCaller(unchecked((settings.Seed * 1_000_003) + peer), ns, peer, nodes, _book, _recorder, PaceIn(ns));
    }

    private TimeSpan? PaceIn(int ns) => ns < settings.Namespaces - settings.SleepyNamespaces ? null : SleepyPace;

    private async Task GoWrongAsync(JournalFaults journal, InProcessCluster cluster, IReadOnlyList<NodeFault> faults)
    {
        await Schedule.PassAsync(Calm);
        journal.IsOn = true;
        long begun = _recorder.Now;
        var injector = new NodeFaultInjector(cluster, settings.Seed, _recorder);
        foreach (NodeFault fault in faults)
        {
            tell($"{_recorder.Now,9} ms  {fault.Kind}, node {fault.Node}, length {fault.Length:F2}");
            await injector.InjectAsync(fault);
            await Schedule.PassAsync(Calm);
        }

        long end = _recorder.Now + (long)StrikeLimit.TotalMilliseconds;
        while (_recorder.Now < begun + settings.Busy.TotalMilliseconds
            || (settings.Journal.Except(journal.Counts.Keys).Any() && _recorder.Now < end))
        {
            await Schedule.PassAsync(LookInterval);
        }
    }

    private void Struck(JournalFaultKind kind)
    {
        long now = _recorder.Now;
        _recorder.Add(new FaultEvent(FaultKind.Journal, FaultEvent.NoNode, now, now, now));
    }
}
