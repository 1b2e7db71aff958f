using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;
using RendezvousCluster.Interop.Processes;
using RendezvousCluster.Interop.Rendezvous;
using RendezvousCluster.Protocol;
using RendezvousCluster.Protocol.Messages;
using RendezvousCluster.Testing.Rendezvous;

namespace RendezvousCluster.Deployment;

/// <summary>The one command of the README, and those beside it.</summary>
[Collection(nameof(Alone))]
public sealed partial class LocalClusterTests
{
    private const string Ns = "deployment";
    private const int NotAllServe = 1;
    private const string Management = "9400";

    private static readonly TimeSpan FailoverTimeout = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task Peers_find_one_another_at_all_nodes_through_death_and_restart()
    {
        await using var cluster = new LocalCluster();
        IReadOnlyDictionary<string, NodeAddresses> nodes = await cluster.UpAsync();
        Assert.Equal(["node1", "node2", "node3"], nodes.Keys);
        await using WirePeer atFirst = await WirePeer.ConnectAsync(nodes["node1"].WebSocket);
        await using WirePeer atThird = await WirePeer.ConnectAsync(nodes["node3"].Tcp);

        await RegisterAsync(atFirst);
        await EveryFindsAsync(nodes.Values, atFirst);

        int second = cluster.ProcessId("node2");
        await cluster.RunAsync("kill", "2");
        Assert.False(IsRunning(second));
        (int exitCode, string[] status, _) = await cluster.TryAsync("status");
        Assert.Equal(NotAllServe, exitCode);
        Assert.Equal(["postgres up", "node1 up", "node2 down", "node3 up"], status.Select(FirstTwoWords));
        await Eventually.EqualAsync(atFirst.Id, () => FoundAsync(atFirst), FailoverTimeout);
        await Eventually.EqualAsync(atFirst.Id, () => FoundAsync(atThird), FailoverTimeout);

        Assert.Equal(nodes["node2"], LocalCluster.ReadNodes(await cluster.RunAsync("start", "2"))["node2"]);
        await EveryFindsAsync(nodes.Values, atFirst);
        Assert.Equal(
            ["postgres up", "node1 up", "node2 up", "node3 up"], (await cluster.RunAsync("status")).Select(FirstTwoWords));

        await ItsOwnProgramCallsItHealthyAsync(cluster, "node2");
        await TheDashboardShowsWhatThereIsAsync(cluster.Slot);
    }

    [Fact]
    public async Task Down_leaves_nothing_running_and_up_brings_everything_back()
    {
        await using var cluster = new LocalCluster();
        IReadOnlyDictionary<string, NodeAddresses> nodes = await cluster.UpAsync();
        string registered;
        await using (WirePeer peer = await WirePeer.ConnectAsync(nodes["node2"].Tcp))
        {
            await RegisterAsync(peer);
            registered = peer.Id;
        }

        IReadOnlyList<int> running = cluster.ProcessIds;
        Assert.Equal(4, running.Count);
        (int exitCode, string[] output, string errors) = await cluster.TryAsync("up", "--no-build");
        Assert.Equal(0, exitCode);
        Assert.Contains("runs already", errors, StringComparison.Ordinal);
        Assert.Equal(nodes, LocalCluster.ReadNodes(output));
        Assert.Equal(running, cluster.ProcessIds);

        await cluster.RunAsync("down");
        Assert.All(running, id => Assert.False(IsRunning(id), $"{id} still runs."));
        Assert.Empty(cluster.ProcessIds);
        await cluster.RunAsync("down");

        // The same ports can be had again, with the same identities and data behind them.
        Assert.Equal(nodes, await cluster.UpAsync());
        await using WirePeer seeker = await WirePeer.ConnectAsync(nodes["node1"].Tcp);
        await Eventually.EqualAsync(registered, () => FoundAsync(seeker), FailoverTimeout);
    }

    [Fact]
    public async Task A_node_that_cannot_start_is_told_in_one_line_and_nothing_is_left_running()
    {
        await using var cluster = new LocalCluster();
        using var squatter = new TcpListener(IPAddress.Loopback, 8001 + (200 * cluster.Slot));
        squatter.Start();

        (int exitCode, string[] output, string errors) = await cluster.TryAsync("up", "--no-build");

        Assert.Equal(1, exitCode);
        Assert.Empty(output);
        Assert.StartsWith(
            "scripts/cluster: node1 ended: rendezvous-server: Cannot listen on ", errors.Split('\n')[^1], StringComparison.Ordinal);
        Assert.Empty(cluster.ProcessIds);
        (_, string[] status, _) = await cluster.TryAsync("status");
        Assert.Equal(["postgres down", "node1 down", "node2 down", "node3 down"], status);
    }

    [Fact]
    public async Task Only_processes_of_its_own_are_ever_signalled()
    {
        await using var cluster = new LocalCluster();
        await cluster.UpAsync();
        int second = cluster.ProcessId("node2");
        using Process stranger = Process.Start("sleep", "600");
        try
        {
            await File.WriteAllTextAsync(Path.Combine(cluster.State, "node2.pid"), $"{stranger.Id}\n");

            await cluster.RunAsync("kill", "2");

            Assert.False(stranger.HasExited);
        }
        finally
        {
            stranger.Kill();
            await stranger.WaitForExitAsync();
            using Process lost = Process.GetProcessById(second);
            lost.Kill();
        }
    }

    private static async Task EveryFindsAsync(IEnumerable<NodeAddresses> nodes, WirePeer registered)
    {
        foreach (NodeAddresses node in nodes)
        {
            await using WirePeer seeker = await WirePeer.ConnectAsync(node.Tcp);
            await Eventually.EqualAsync(registered.Id, () => FoundAsync(seeker), FailoverTimeout);
        }
    }

    /// <summary>As clients do: what cannot be served now, while nodes come and go, is asked again.</summary>
    private static Task RegisterAsync(WirePeer peer) => Eventually.EqualAsync(
        RendezvousStatus.Ok,
        async () =>
        {
            RendezvousDriver stream = await peer.OpenStreamAsync();
            return (await stream.AskAsync<RegisterResponse>(RawRequests.Register(Encoding.UTF8.GetBytes(Ns), peer.Peer.Record()))).Status;
        },
        FailoverTimeout);

    /// <summary>Who is found; null when the answer is that it cannot be told now.</summary>
    private static async Task<string?> FoundAsync(WirePeer peer) =>
        await peer.TryDiscoverAsync(Ns) is { } found ? string.Join(' ', found.Select(one => one.PeerId)) : null;

    private static string FirstTwoWords(string line) => string.Join(' ', line.Split(' ').Take(2));

    private static bool IsRunning(int processId)
    {
        string stat = $"/proc/{processId}/stat";
        return File.Exists(stat) && !File.ReadAllText(stat).Contains(") Z ", StringComparison.Ordinal);
    }

    /// <summary>The health check of the Compose file, with the node's variables.</summary>
    private static async Task ItsOwnProgramCallsItHealthyAsync(LocalCluster cluster, string node)
    {
        IEnumerable<string> variables = from line in await cluster.RunAsync("config")
            where line.StartsWith($"{node} ", StringComparison.Ordinal) select line.Split(' ', 2)[1];
        await using ChildProcess health =
            ChildProcess.Start("health", "env", [.. variables, "dotnet", Repository.ServerAssembly, "health"], cluster.State);

        Assert.Equal("ready", await health.ReadLineAsync().Within());
        Assert.Equal(0, await health.ExitAsync());
    }

    private static async Task TheDashboardShowsWhatThereIsAsync(int slot)
    {
        string folder = Path.Combine(Repository.Root, "cluster-config", "observability");
        string dashboard = await File.ReadAllTextAsync(Path.Combine(folder, "grafana-dashboard.json"));
        string[] shown = [.. MetricPattern().Matches(dashboard).Select(match => match.Value).Distinct()];
        using var client = new HttpClient();
        string served = await client.GetStringAsync(new Uri($"http://127.0.{10 + slot}.11:{Management}/metrics")).Within();

        Assert.NotEmpty(shown);
        // A node that has written nothing yet has timed no write; and another one may own all namespaces of this test.
        Assert.All(
            shown.Except(["rendezvous_registry_commit_duration_seconds_bucket"]),
            metric => Assert.Contains($"\n{metric}{{", served, StringComparison.Ordinal));
    }

    [GeneratedRegex("\\b(rendezvous|libp2p|dotnet)_[a-z_]+\\b")]
    private static partial Regex MetricPattern();
}
