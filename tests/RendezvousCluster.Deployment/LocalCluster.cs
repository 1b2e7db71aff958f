using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using RendezvousCluster.Interop.Processes;

namespace RendezvousCluster.Deployment;

/// <summary>
/// <c>scripts/cluster</c> as its user runs it, with a state folder of its own and in a slot that is free on this machine.
/// </summary>
internal sealed partial class LocalCluster : IAsyncDisposable
{
    private const int Slots = 100;
    private const int PortsPerSlot = 200;
    private const int HighestPublishedPort = 8103;
    private const int LowestPublishedPort = 8001;

    /// <summary>Starting takes ten seconds on a machine of its own.</summary>
    private static readonly TimeSpan OuterLimit = TimeSpan.FromMinutes(2.5);

    /// <summary>
    /// Several clusters stand side by side on few cores, where a node may wait for the processor for a second and a half. The tutorial's
    /// test runs one with the default.
    /// </summary>
    private const string PauseTolerance = "RENDEZVOUS_FAILURE_DETECTION=Calm";

    private static readonly string Script = Path.Combine(Repository.Root, "scripts", "cluster");

    /// <summary>Clusters of this run stand side by side: a slot serves one of them, and goes to no other.</summary>
    private static readonly ConcurrentDictionary<int, bool> TakenSlots = new();

    private readonly TemporaryFolder _folder = new();

    /// <summary>Keeps clusters apart; slot 0 is left to people.</summary>
    public int Slot { get; } = FreeSlot();

    public string State => _folder.File("state");

    /// <summary>A node's process id, as the script wrote it down.</summary>
    public int ProcessId(string name) => int.Parse(File.ReadAllText(Path.Combine(State, $"{name}.pid")));

    /// <summary>The process ids that are written down.</summary>
    public IReadOnlyList<int> ProcessIds =>
        Directory.Exists(State) ? [.. Directory.EnumerateFiles(State, "*.pid").Select(file => int.Parse(File.ReadAllText(file)))] : [];

    /// <summary>Runs a command that must succeed; answers what it printed.</summary>
    public async Task<IReadOnlyList<string>> RunAsync(params string[] arguments)
    {
        (int exitCode, string[] output, string errors) = await TryAsync(arguments);
        Assert.True(
            exitCode == 0,
            $"scripts/cluster {string.Join(' ', arguments)} ended with {exitCode}:\n{errors}\n{string.Join('\n', output)}\n{Logs()}");
        return output;
    }

    /// <summary>Runs a command, which may fail.</summary>
    public async Task<(int ExitCode, string[] Output, string Errors)> TryAsync(params string[] arguments)
    {
        await using ChildProcess script = ChildProcess.Start(
            $"scripts/cluster {arguments[0]}", "env",
            [PauseTolerance, Script, "--state", State, "--slot", $"{Slot}", .. arguments], _folder.Path);
        int exitCode = await script.ExitAsync(OuterLimit);
        var output = new List<string>();
        while (await script.ReadLineAsync() is { } line)
        {
            output.Add(line);
        }

        return (exitCode, [.. output], script.Errors);
    }

    /// <summary>Starts it with the server that was built beside these tests; answers the nodes' addresses by their names.</summary>
    public async Task<IReadOnlyDictionary<string, NodeAddresses>> UpAsync(params string[] options) =>
        ReadNodes(await RunAsync(["up", "--no-build", .. options]));

    /// <summary>Reads lines such as <c>node1 &lt;tcp multiaddr&gt; &lt;ws multiaddr&gt;</c>, each of which must be one.</summary>
    public static IReadOnlyDictionary<string, NodeAddresses> ReadNodes(IEnumerable<string> lines) => lines.ToDictionary(
        line => NodePattern().Match(line).Groups["name"].Value,
        line =>
        {
            Assert.Matches(NodePattern(), line);
            Match match = NodePattern().Match(line);
            return new NodeAddresses(match.Groups["tcp"].Value, match.Groups["ws"].Value);
        });

    /// <summary>Ends all that runs. Nobody registered here is missed, so no node has to hand over what it owns.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Directory.Exists(State))
        {
            if (Names is { Length: > 0 } names)
            {
                await RunAsync(["kill", .. names]);
            }

            await RunAsync("down", "--volumes");
        }

        _folder.Dispose();
    }

    /// <summary>Whether there is such a process, and not only what is left of it.</summary>
    public static bool IsRunning(int processId)
    {
        string stat = $"/proc/{processId}/stat";
        return File.Exists(stat) && !File.ReadAllText(stat).Contains(") Z ", StringComparison.Ordinal);
    }

    private string[] Names => [.. Directory.EnumerateFiles(State, "*.pid").Select(file => Path.GetFileNameWithoutExtension(file))];

    private string Logs() => string.Join('\n', Directory.Exists(State)
        ? Directory.EnumerateFiles(State, "*.log")
            .Select(file => $"{Path.GetFileName(file)}: …{string.Join('\n', File.ReadLines(file).TakeLast(5))}")
        : []);

    // Two test runs on one machine begin to look at different places; no two clusters of one run look at the same.
    private static int FreeSlot() =>
        Enumerable.Range(0, Slots - 1).Select(step => 1 + ((Environment.ProcessId + step) % (Slots - 1))).First(slot =>
            TakenSlots.TryAdd(slot, true)
            && Enumerable.Range(LowestPublishedPort, HighestPublishedPort - LowestPublishedPort + 1).All(port => IsFree(port
                + (slot * PortsPerSlot)))
            && !Directory.Exists($"/sys/class/net/rvz{slot}"));

    private static bool IsFree(int port)
    {
        using var listener = new TcpListener(IPAddress.Loopback, port);
        try
        {
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    [GeneratedRegex("^(?<name>node[0-9]) (?<tcp>/ip4/[0-9.]+/tcp/[0-9]+/p2p/\\w+) (?<ws>/ip4/[0-9.]+/tcp/[0-9]+/ws/p2p/\\w+)$")]
    private static partial Regex NodePattern();
}
