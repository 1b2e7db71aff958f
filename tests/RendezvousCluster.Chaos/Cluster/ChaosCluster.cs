using System.Net;
using RendezvousCluster.Chaos.Checking;
using RendezvousCluster.Chaos.History;
using RendezvousCluster.Chaos.Faults;
using RendezvousCluster.Chaos.Network;
using RendezvousCluster.Chaos.Runs;
using RendezvousCluster.Testing.Databases;
using RendezvousCluster.Testing.Processes;

namespace RendezvousCluster.Chaos.Cluster;

/// <summary>
/// Three real servers and a PostgreSQL of their own. A server that ends although the test did not end it starts again, as under a
/// supervisor, and the history says that the cluster lost it.
/// </summary>
/// <param name="settings">What kinds of fault it has to be fit for, and the settings of its servers.</param>
/// <param name="network">Where the nodes live.</param>
/// <param name="recorder">Where it is written down who was lost, and who joined.</param>
internal sealed class ChaosCluster(ChaosSettings settings, IClusterNetwork network, HistoryRecorder recorder) : IAsyncDisposable
{
    /// <summary>How many nodes it has.</summary>
    public const int Size = 3;

    /// <summary>And how many more may join for a while.</summary>
    public const int MostGuests = 2;

    private const int NeverStarted = 1;
    private const int OutOfCluster = 3;

    // A node that was taken for dead learns of it at most so long afterwards, in milliseconds: meanwhile it may answer from what it knew.
    private const long LongestIgnorance = 15_000;

    private static readonly TimeSpan ReadyTimeout = TimeSpan.FromSeconds(120);
    private static readonly TimeSpan OneAgainTimeout = TimeSpan.FromMinutes(4);
    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(200);

    // A node looks every ten seconds which shards it has.
    private static readonly TimeSpan CensusAge = TimeSpan.FromSeconds(12);

    private readonly List<string> _ends = [];
    private readonly HashSet<ClusterNode> _guestsIn = [];
    private readonly TemporaryFolder _folder = new();
    private NodeProxies? _ways;
    private int _starts;
    private string _connectionString = "";

    public TestPostgres Database { get; } = new();

    public IReadOnlyList<ClusterNode> Nodes { get; } =
        [.. Enumerable.Range(0, Size).Select(index => new ClusterNode(index, network, ClockFault.NeedsClocks(settings.Kinds)))];

    /// <summary>Nodes that join for a while only; no client asks them. None when no kind of fault needs them.</summary>
    public IReadOnlyList<ClusterNode> Guests { get; } =
        [.. Enumerable.Range(Size, settings.Kinds.Contains(FaultKind.JoinStorm) ? MostGuests : 0)
            .Select(index => new ClusterNode(index, network))];

    /// <summary>The ways to the database; null when nodes reach it directly.</summary>
    public DatabaseProxies? Proxies { get; private set; }

    /// <summary>The one that coordinates the others.</summary>
    public ClusterNode Oldest => Nodes.MinBy(node => node.Age)!;

    /// <summary>The last words of nodes that ended although the test did not end them, or that did not start.</summary>
    public IReadOnlyList<string> UnplannedEnds => _ends;

    /// <summary>Starts everything, and waits until all nodes are ready.</summary>
    public async Task StartAsync()
    {
        if (settings.Server.File is { } text)
        {
            await File.WriteAllTextAsync(SettingsFile, text);
        }

        await Database.InitializeAsync();
        _connectionString = await Database.CreateDatabaseAsync();
        Proxies = NetworkFaults.NeedProxies(settings.Kinds)
            ? new DatabaseProxies(network.DatabaseHost, Nodes.Count + Guests.Count, Database.Port, settings.Seed)
            : null;
        PutApart();
        await Task.WhenAll(Nodes.Select(StartAsync));
        await ReadyAsync();
    }

    /// <summary>
    /// Starts a node that has ended, and waits until it listens. It may fail as long as the database or the others are away.
    /// </summary>
    public async Task StartAsync(ClusterNode node)
    {
        if (await WhyNotStartedAsync(node) is { } reason)
        {
            _ends.Add(reason);
        }
    }

    /// <summary>Starts a node again that has ended while the network was cut, and waits until it listens. It may fail.</summary>
    /// <param name="node">Which.</param>
    /// <param name="cutFrom">When the network was cut: so long it was surely not taken for dead.</param>
    /// <returns>Whether it had been.</returns>
    public async Task<bool> RestartAsync(ClusterNode node, long cutFrom)
    {
        long now = recorder.Now;
        int exitCode = await node.Exited;
        if (exitCode == OutOfCluster)
        {
            recorder.Add(new FaultEvent(FaultKind.Lost, node.Index, Math.Max(cutFrom, now - LongestIgnorance), now, now));
        }
        else if (exitCode != NeverStarted)
        {
            _ends.Add($"node {node.Index} ended with exit code {exitCode} at {now}:\n{node.Errors}");
        }

        await WhyNotStartedAsync(node);
        return exitCode == OutOfCluster;
    }

    /// <summary>
    /// Waits until every node says that it is ready and sees all of them, in one cluster; and until they have looked after that where
    /// shards and coordinators are, and each is on one node only. Starts nothing.
    /// </summary>
    /// <returns>Since when they were one cluster: nothing that was before excuses what is read since then.</returns>
    /// <exception cref="TimeoutException">It did not come to that.</exception>
    public async Task<long> OneAgainAsync()
    {
        long end = recorder.Now + (long)OneAgainTimeout.TotalMilliseconds;
        long since = recorder.Now;
        while (true)
        {
            ClusterView[] views = await Task.WhenAll(Nodes.Select(node => node.ViewAsync()));
            string? reason = ClusterView.WhyNotOne(views);
            if (reason is not null)
            {
                since = recorder.Now;
            }
            else if (recorder.Now - since >= CensusAge.TotalMilliseconds && (reason = ClusterView.WhyNotOwnedOnce(views)) is null)
            {
                return since;
            }

            if (recorder.Now > end)
            {
                throw new TimeoutException(
                    $"After {OneAgainTimeout.TotalSeconds} s {reason ?? "it is too soon to say that shards live once"}:\n"
                    + $"{string.Join("\n\n", Nodes.Select(node => $"node {node.Index}:\n{node.Errors}"))}");
            }

            await Schedule.PassAsync(LookInterval);
        }
    }

    /// <summary>Starts a node; answers what it said when it did not listen in the end.</summary>
    private async Task<string?> WhyNotStartedAsync(ClusterNode node)
    {
        int age = Interlocked.Increment(ref _starts);
        string[] seeds = [.. Nodes.SelectMany(seed => new[] { "--seed", seed.Announced })];
        try
        {
            await node.StartAsync(
                age,
                [
                    "--storage", "postgres", "--connection-string",
                    Proxies?.ConnectionString(node.Index, _connectionString) ?? _connectionString,
                    "--failure-detection", settings.FailureDetection, "--log-level", "Information", .. settings.Server.Options,
                    .. FileOptions, .. seeds,
                ]);
            return null;
        }
        catch (InvalidOperationException exception)
        {
            return exception.Message;
        }
    }

    /// <summary>Starts what has ended and waits until every node says that it is ready.</summary>
    /// <param name="mayBeOut">A node that was made to lose its place.</param>
    /// <exception cref="TimeoutException">It did not come to that.</exception>
    public async Task ReadyAsync(ClusterNode? mayBeOut = null)
    {
        long end = recorder.Now + (long)ReadyTimeout.TotalMilliseconds;
        while (true)
        {
            await Task.WhenAll(Members.Where(node => node.HasEnded).Select(node => RestartAsync(node, mayBeOut)));
            bool[] ready = await Task.WhenAll(Members.Select(node => node.IsReadyAsync()));
            if (ready.All(isReady => isReady))
            {
                return;
            }

            if (recorder.Now > end)
            {
                throw new TimeoutException(
                    $"The nodes are not ready after {ReadyTimeout.TotalSeconds} "
                    + $"s:\n{string.Join("\n\n", Nodes.Select(node => $"node {node.Index}:\n{node.Errors}"))}");
            }

            await Schedule.PassAsync(LookInterval);
        }
    }

    /// <summary>Starts nodes that were ended, and waits until all are ready.</summary>
    public Task JoinAsync(params ClusterNode[] nodes) => JoinAsync(FaultKind.Join, nodes);

    /// <summary>As <see cref="JoinAsync(ClusterNode[])"/>, under another name in the history.</summary>
    public async Task JoinAsync(FaultKind kind, ClusterNode[] nodes)
    {
        long from = recorder.Now;
        _guestsIn.UnionWith(nodes.Intersect(Guests));
        await Task.WhenAll(nodes.Select(StartAsync));
        await ReadyAsync();
        foreach (ClusterNode node in nodes)
        {
            recorder.Add(new FaultEvent(kind, node.Index, from, recorder.Now, from));
        }
    }

    /// <summary>A node is about to be ended; a guest is not started again.</summary>
    public void Leaves(ClusterNode node) => _guestsIn.Remove(node);

    /// <summary>What the database says.</summary>
    public ChaosDatabase Tables => new(Database, _connectionString);

    /// <summary>The sum of a metric over all nodes.</summary>
    public async Task<double> SumAsync(string series) => (await Task.WhenAll(Nodes.Select(node => node.ReadMetricAsync(series)))).Sum();

    public async ValueTask DisposeAsync()
    {
        foreach (ClusterNode node in Nodes.Concat(Guests))
        {
            await node.DisposeAsync();
        }

        if (Proxies is not null)
        {
            await Proxies.DisposeAsync();
        }

        if (_ways is not null)
        {
            await _ways.DisposeAsync();
        }

        await Database.DisposeAsync();
        _folder.Dispose();
    }

    private void PutApart()
    {
        if (settings.RoundTrip == TimeSpan.Zero)
        {
            return;
        }

        ClusterNode[] all = [.. Nodes, .. Guests];
        _ways = new NodeProxies(all.Select(node => IPEndPoint.Parse(node.ClusterAddress)), settings.RoundTrip, settings.Seed);
        foreach (ClusterNode node in all)
        {
            node.Announced = _ways.AddressOf(node.Index);
        }
    }

    private string SettingsFile => _folder.File("settings.json");

    private string[] FileOptions => settings.Server.File is null ? [] : ["--config", SettingsFile];

    private ClusterNode[] Members => [.. Nodes, .. _guestsIn];

    // Only for a node that the test did not end: the fault that ends a node also starts it again.
    private async Task RestartAsync(ClusterNode node, ClusterNode? mayBeOut)
    {
        long now = recorder.Now;
        int exitCode = node.Address.Length > 0 ? await node.Exited : 0;
        if (node.Address.Length > 0 && (node != mayBeOut || exitCode != OutOfCluster))
        {
            _ends.Add($"node {node.Index} ended with exit code {exitCode} at {now}:\n{node.Errors}");
            if (exitCode == OutOfCluster)
            {
                recorder.Add(new FaultEvent(FaultKind.Lost, node.Index, now - LongestIgnorance, now, now));
            }
        }

        await StartAsync(node);
    }
}
