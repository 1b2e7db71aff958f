using RendezvousCluster.Chaos.Checking;
using RendezvousCluster.Chaos.Cluster;
using RendezvousCluster.Chaos.Faults;
using RendezvousCluster.Chaos.History;
using RendezvousCluster.Chaos.Load;
using RendezvousCluster.Chaos.Network;

namespace RendezvousCluster.Chaos.Runs;

/// <summary>
/// One run: a cluster is started, clients are busy while things go wrong one after the other, then nothing goes wrong any more and every
/// namespace has to answer at every node. Then the history is checked.
/// </summary>
internal sealed class ChaosRun(ChaosSettings settings, Action<string> tell)
{
    // Of a run in which a namespace did not answer for so long, in milliseconds, the history is kept too.
    private const long RemarkableGap = 10_000;

    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan ConfirmLimit = TimeSpan.FromSeconds(60);

    private readonly HistoryRecorder _recorder = new();
    private readonly RecordBook _book = new();

    private int Clients => settings.Namespaces * settings.ClientsPerNamespace;

    /// <summary>Runs it to its end. Of a run that does not come to it the history is kept too.</summary>
    /// <exception cref="TimeoutException">The cluster did not recover.</exception>
    public async Task<ChaosResult> RunAsync()
    {
        tell($"seed {settings.Seed}, {settings.FailureDetection} failure detection, {string.Join(", ", settings.Kinds)}");
        int places = ChaosCluster.Size + (settings.Kinds.Contains(FaultKind.JoinStorm) ? ChaosCluster.MostGuests : 0);
        await using IClusterNetwork network =
            NetworkFaults.NeedNamespaces(settings.Kinds) ? await NamespaceNetwork.CreateAsync(places) : new LoopbackNetwork();
        await using var cluster = new ChaosCluster(settings, network, _recorder);
        await cluster.StartAsync();
        try
        {
            return await RunAsync(cluster, network);
        }
        catch
        {
            await KeepAsync(
                _recorder.ToHistory(settings.Seed, cluster.Nodes.Count, settings.Namespaces, _recorder.Now, NodeSettings.Quota), cluster);
            throw;
        }
    }

    private async Task<ChaosResult> RunAsync(ChaosCluster cluster, IClusterNetwork network)
    {
        tell($"{_recorder.Now,9} ms  the cluster is ready");
        LoadClient[] clients =
            [.. Enumerable.Range(0, Clients).Select(peer => MakeClient(peer, cluster.Nodes)), .. MakeProbes(cluster.Nodes)];
        QuotaClient[] greedy = [.. Enumerable.Range(0, settings.QuotaPeers).Select(index => MakeQuotaClient(index, cluster.Nodes))];
        var injector = new FaultInjector(cluster, network, settings.Failover, _recorder);
        using var stop = new CancellationTokenSource();
        Task load = Task.WhenAll(clients.Select(client => Task.Run(() => client.RunAsync(stop.Token)))
            .Concat(greedy.Select(client => Task.Run(() => client.RunAsync(stop.Token)))));
        long quietFrom;
        try
        {
            Task faults = GoWrongAsync(injector, cluster.Nodes.Count);
            await Task.WhenAny(load, faults);
            await (load.IsFaulted ? load : faults);
            quietFrom = _recorder.Now;
            await Schedule.PassAsync(WarmUp);
        }
        finally
        {
            await stop.CancelAsync();
        }

        await load;
        tell($"{_recorder.Now,9} ms  all is quiet; every namespace has to answer at every node");
        await Task.WhenAll(clients.Select((client, peer) => client.ConfirmAsync(peer % cluster.Nodes.Count, ConfirmLimit)));
        var aftermath = new Aftermath(cluster, settings.Server, _recorder, tell);
        await aftermath.LookAsync();
        await Task.WhenAll(
            clients.Select(client => client.DisposeAsync().AsTask()).Concat(greedy.Select(client => client.DisposeAsync().AsTask())));
        RunHistory history = _recorder.ToHistory(settings.Seed, cluster.Nodes.Count, settings.Namespaces, quietFrom, NodeSettings.Quota);
        if (settings.ToTheEnd)
        {
            await aftermath.WaitForNothingAsync();
        }

        return await JudgeAsync(history, aftermath, cluster, injector);
    }

    private LoadClient MakeClient(int peer, IReadOnlyList<ClusterNode> nodes)
    {
        var plan = new LoadPlan(unchecked((settings.Seed * 1_000_003) + peer), peer % nodes.Count, nodes.Count);
        return new LoadClient(plan, peer / settings.ClientsPerNamespace, peer, nodes, _book, _recorder);
    }

    private IEnumerable<LoadClient> MakeProbes(
        IReadOnlyList<ClusterNode> nodes) => Enumerable.Range(0, settings.Probes ? settings.Namespaces : 0)
        .Select(ns => new LoadClient(new ProbePlan(ns % nodes.Count, nodes.Count), ns, Clients + ns, nodes, _book, _recorder));

    // Behind the probes: two have never the same number.
    private QuotaClient MakeQuotaClient(int index, IReadOnlyList<ClusterNode> nodes)
    {
        int peer = Clients + settings.Namespaces + index;
        return new QuotaClient(
            unchecked((settings.Seed * 1_000_003) + peer), settings.Namespaces + (index * QuotaClient.Namespaces), peer, nodes, _recorder);
    }

    private async Task GoWrongAsync(FaultInjector injector, int nodes)
    {
        await Schedule.PassAsync(WarmUp);
        var plan = new FaultPlan(settings.Seed, settings.Kinds);
        for (int count = 0; count < settings.Kinds.Count || _recorder.Now < settings.Duration.TotalMilliseconds; count++)
        {
            (FaultKind kind, int node, double length) = plan.Next(nodes);
            tell($"{_recorder.Now,9} ms  {kind}, node {node}, length {length:F2}");
            await injector.InjectAsync(kind, node, length);
        }
    }

    private async Task<ChaosResult> JudgeAsync(RunHistory history, Aftermath aftermath, ChaosCluster cluster, FaultInjector injector)
    {
        Violation[] violations =
            [.. HistoryChecker.Check(history), .. QuotaChecker.Check(history, out int judged), .. aftermath.Violations];
        var result = new ChaosResult(history, violations, cluster.UnplannedEnds, injector.UncleanStops)
        {
            Upkeep = aftermath.Upkeep,
            JudgedByQuota = judged,
        };
        if (violations.Length > 0 || result.Gaps[0].Length > RemarkableGap)
        {
            await KeepAsync(history, cluster);
        }

        return result;
    }

    private async Task KeepAsync(RunHistory history, ChaosCluster cluster)
    {
        string path = Path.Combine(settings.HistoryFolder, $"chaos-{settings.Seed}.json");
        await HistoryFile.SaveAsync(history, path);
        await File.WriteAllTextAsync(
            Path.ChangeExtension(path, ".log"),
            string.Join(
                "\n\n",
                cluster.UnplannedEnds.Concat(
                    cluster.Nodes.Concat(cluster.Guests).Select(node => $"node {node.Index}:\n{node.Log}"))));
        tell($"the history is in {path}");
    }
}
