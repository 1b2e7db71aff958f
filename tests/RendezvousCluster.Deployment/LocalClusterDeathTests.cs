using System.Diagnostics;
using System.Text.RegularExpressions;
using RendezvousCluster.Interop.Processes;
using RendezvousCluster.Interop.Rendezvous;

namespace RendezvousCluster.Deployment;

/// <summary>
/// The cluster of the README when one of its nodes dies and comes back: one cluster, which each test finds or makes complete.
/// </summary>
public sealed partial class LocalClusterDeathTests(LocalClusterDeathTests.Mortal mortal) : IClassFixture<LocalClusterDeathTests.Mortal>
{
    private const int NotAllServe = 1;
    private const string Management = "9400";

    private readonly LocalCluster _cluster = mortal.Cluster;

    [Fact]
    public async Task Peers_find_one_another_at_all_nodes_through_death_and_restart()
    {
        IReadOnlyDictionary<string, NodeAddresses> nodes = await _cluster.UpAsync();
        Assert.Equal(["node1", "node2", "node3"], nodes.Keys);
        await using WirePeer atFirst = await WirePeer.ConnectAsync(nodes["node1"].WebSocket);
        await using WirePeer atThird = await WirePeer.ConnectAsync(nodes["node3"].Tcp);

        await PeerSearch.RegisterAsync(atFirst);
        await EveryFindsAsync(nodes.Values, atFirst);

        int second = _cluster.ProcessId("node2");
        await _cluster.RunAsync("kill", "2");
        Assert.False(LocalCluster.IsRunning(second));
        (int exitCode, string[] status, _) = await _cluster.TryAsync("status");
        Assert.Equal(NotAllServe, exitCode);
        Assert.Equal(["postgres up", "node1 up", "node2 down", "node3 up"], status.Select(FirstTwoWords));
        await PeerSearch.FindsAsync(atFirst, atFirst.Id);
        await PeerSearch.FindsAsync(atThird, atFirst.Id);

        Assert.Equal(nodes["node2"], LocalCluster.ReadNodes(await _cluster.RunAsync("start", "2"))["node2"]);
        await EveryFindsAsync(nodes.Values, atFirst);
        Assert.Equal(
            ["postgres up", "node1 up", "node2 up", "node3 up"], (await _cluster.RunAsync("status")).Select(FirstTwoWords));

        await ItsOwnProgramCallsItHealthyAsync(_cluster, "node2");
        await TheDashboardShowsWhatThereIsAsync(_cluster.Slot);
    }

    [Fact]
    public async Task Only_processes_of_its_own_are_ever_signalled()
    {
        await _cluster.UpAsync();
        int second = _cluster.ProcessId("node2");
        using Process stranger = Process.Start("sleep", "600");
        try
        {
            await File.WriteAllTextAsync(Path.Combine(_cluster.State, "node2.pid"), $"{stranger.Id}\n");

            await _cluster.RunAsync("kill", "2");

            Assert.False(stranger.HasExited);
        }
        finally
        {
            stranger.Kill();
            await stranger.WaitForExitAsync();
            using Process lost = Process.GetProcessById(second);
            lost.Kill();
            await Eventually.EqualAsync(false, () => LocalCluster.IsRunning(second));
        }
    }

    private static async Task EveryFindsAsync(IEnumerable<NodeAddresses> nodes, WirePeer registered)
    {
        foreach (NodeAddresses node in nodes)
        {
            await using WirePeer seeker = await WirePeer.ConnectAsync(node.Tcp);
            await PeerSearch.FindsAsync(seeker, registered.Id);
        }
    }

    private static string FirstTwoWords(string line) => string.Join(' ', line.Split(' ').Take(2));

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

    /// <summary>The cluster that the tests share.</summary>
    public sealed class Mortal : IAsyncLifetime
    {
        internal LocalCluster Cluster { get; } = new();

        public Task InitializeAsync() => Task.CompletedTask;

        public Task DisposeAsync() => Cluster.DisposeAsync().AsTask();
    }
}
