using System.Globalization;
using System.Net;
using RendezvousCluster.Chaos.Network;
using RendezvousCluster.Testing;
using RendezvousCluster.Testing.Certificates;
using RendezvousCluster.Testing.Databases;
using RendezvousCluster.Testing.Processes;

namespace RendezvousCluster.Chaos.Cluster;

/// <summary>A real server in a process of its own. It keeps its ports and its identity over restarts.</summary>
/// <param name="index">Its number.</param>
/// <param name="network">Where it lives.</param>
/// <param name="hasClock">Whether it has a wall clock of its own.</param>
internal sealed class ClusterNode(int index, IClusterNetwork network, bool hasClock = false) : IAsyncDisposable
{
    private const int PrintedTitle = 1;

    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan ReadyTimeout = TimeSpan.FromSeconds(2);

    private readonly TemporaryFolder _folder = new();
    private readonly NodeLog _log = new();
    private readonly int _port = TestDatabaseServer.FreePort();
    private readonly int _managementPort = TestDatabaseServer.FreePort();
    private readonly HttpClient _http = new() { Timeout = ReadyTimeout };
    private ChildProcess? _process;
    private ChildProcess? _over;
    private NodeClock? _clock;

    public int Index => index;

    /// <summary>Its wall clock; null when it has the machine's.</summary>
    public NodeClock? Clock => hasClock ? _clock ??= new NodeClock(_folder.Path) : null;

    /// <summary>Where it listens for the other nodes.</summary>
    public string ClusterAddress { get; } = $"{network.HostOf(index)}:{TestDatabaseServer.FreePort()}";

    /// <summary>Where the other nodes reach it.</summary>
    public string Announced { get => field ?? ClusterAddress; set; }

    /// <summary>Where clients reach it, with its peer id; empty before its first start.</summary>
    public string Address { get; private set; } = "";

    /// <summary>How many starts of nodes there were before its last one: the one with the smallest number is the oldest.</summary>
    public int Age { get; private set; }

    /// <summary>Whether it was started and has ended.</summary>
    public bool HasEnded => _process is null || _process.Exited.IsCompleted;

    /// <summary>What it has said on standard error since its last start.</summary>
    public string Errors => _process?.Errors ?? "";

    /// <summary>The same of all its lives.</summary>
    public string Log => _log.ToString();

    /// <summary>Starts it, and waits until it listens for clients.</summary>
    /// <exception cref="InvalidOperationException">It did not come to that; the message has what it said.</exception>
    public async Task StartAsync(int age, params string[] options)
    {
        await StopAsync();
        Age = age;
        string host = network.HostOf(index);
        string[] command =
        [
            .. Clock?.Prefix ?? [], "dotnet", Repository.ServerAssembly, "--listen", $"/ip4/{host}/tcp/{_port}", "--data-dir", _folder.Path,
            "--cluster-bind", ClusterAddress, "--cluster-announce", Announced, "--management", $"{host}:{_managementPort}",
            .. TestCertificates.Options, .. options,
        ];
        (string program, string[] arguments) = network.Inside(index, command[0], command[1..]);
        _log.Begin();
        ChildProcess process = ChildProcess.Start($"node {index}", program, arguments, _folder.Path, _log.Add);
        _process = process;
        await process.Explain(ReadAddressAsync(process).Within(StartTimeout, $"the address of node {index}"));
        if (Clock is not null)
        {
            NodeClock.Unshare(process.Id);
        }
    }

    /// <summary>Whether it says that it serves.</summary>
    public async Task<bool> IsReadyAsync()
    {
        try
        {
            using HttpResponseMessage response = await _http.GetAsync($"http://{network.HostOf(index)}:{_managementPort}/readyz");
            return response.StatusCode == HttpStatusCode.OK;
        }
        catch (Exception exception) when (exception is HttpRequestException or OperationCanceledException)
        {
            return false; // it does not answer, so it is not ready
        }
    }

    /// <summary>What it says of its cluster, when it says that it serves.</summary>
    public async Task<ClusterView> ViewAsync()
    {
        try
        {
            return await IsReadyAsync()
                ? ClusterView.Parse(await _http.GetStringAsync($"http://{network.HostOf(index)}:{_managementPort}/metrics"))
                : ClusterView.Nobody;
        }
        catch (Exception exception) when (exception is HttpRequestException or OperationCanceledException)
        {
            return ClusterView.Nobody;
        }
    }

    /// <summary>The value of a metric: the sum of all lines whose text begins so; 0 when there is none.</summary>
    public async Task<double> ReadMetricAsync(
        string series) => (await _http.GetStringAsync($"http://{network.HostOf(index)}:{_managementPort}/metrics"))
        .Split('\n').Where(line => line.StartsWith(series, StringComparison.Ordinal))
        .Sum(line => double.Parse(line.Split(' ')[1], CultureInfo.InvariantCulture));

    /// <summary>kill -9</summary>
    public Task KillAsync() => _process!.KillAsync();

    /// <summary>SIGTERM, and waits for the end; answers the exit code.</summary>
    public Task<int> TerminateAsync(TimeSpan timeout)
    {
        _process!.Terminate();
        return _process.ExitAsync(timeout);
    }

    /// <summary>SIGSTOP</summary>
    public void Pause() => _process!.Pause();

    /// <summary>SIGCONT</summary>
    public void Continue() => _process!.Continue();

    /// <summary>The exit code; ends when it does.</summary>
    public Task<int> Exited => _process!.Exited;

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _http.Dispose();
        _folder.Dispose();
    }

    private async Task ReadAddressAsync(ChildProcess process)
    {
        for (int line = 0; await process.ReadLineAsync() is { } text; line++)
        {
            if (line == PrintedTitle)
            {
                Address = text;
                return;
            }
        }

        throw new InvalidOperationException($"Node {index} ended before it listened.");
    }

    private async Task StopAsync()
    {
        if (_process is not null)
        {
            await _process.DisposeAsync();
            if (_process != _over)
            {
                _over = _process;
                _log.End(await _process.Exited);
            }
        }
    }
}
