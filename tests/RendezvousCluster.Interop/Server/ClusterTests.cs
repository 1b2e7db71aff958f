using RendezvousCluster.Interop.Processes;
using RendezvousCluster.Interop.Rendezvous;
using RendezvousCluster.Testing;
using RendezvousCluster.Testing.Certificates;
using RendezvousCluster.Testing.Databases;

namespace RendezvousCluster.Interop.Server;

/// <summary>Three real servers on one real PostgreSQL, started as an operator starts them, and peers at each.</summary>
[Collection(nameof(Alone))]
public sealed class ClusterTests(TestPostgres database) : IClassFixture<TestPostgres>, IAsyncLifetime
{
    private const int OutOfCluster = 3;
    private const int Namespaces = 12;

    /// <summary>
    /// With calm failure detection it takes about fifteen seconds on an idle machine. The fast one would take nodes for dead that only wait
    /// for the processor.
    /// </summary>
    private static readonly TimeSpan FailoverTimeout = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(30);

    private readonly List<TemporaryFolder> _folders = [];
    private readonly List<ServerProcess> _servers = [];
    private string _connectionString = "";
    private string _seed = "";

    public async Task InitializeAsync()
    {
        _connectionString = await database.CreateDatabaseAsync();
        _seed = $"127.0.0.1:{TestDatabaseServer.FreePort()}";
        await StartAsync(_seed);
        await StartAsync("127.0.0.1:0");
        await StartAsync("127.0.0.1:0");
    }

    public async Task DisposeAsync()
    {
        foreach (ServerProcess server in _servers)
        {
            await server.DisposeAsync();
        }

        _folders.ForEach(folder => folder.Dispose());
    }

    [Fact]
    public async Task Peers_find_one_another_at_every_node_and_still_do_when_nodes_leave_and_die()
    {
        Assert.Equal(3, _servers.Select(server => server.PeerId).Distinct().Count());
        await RegisterAtAsync(_servers[0], "one");
        await RegisterAtAsync(_servers[1], "one");
        await RegisterAtAsync(_servers[2], "one");
        Assert.All(await CountsAsync("one", _servers), count => Assert.Equal(3, count));

        Assert.Equal(0, await _servers[2].TerminateAsync(StopTimeout));
        Assert.All(await CountsAsync("one", _servers.Take(2)), count => Assert.Equal(3, count));

        ServerProcess third = await StartAsync("127.0.0.1:0");
        await _servers[1].KillAsync();
        await using WirePeer survivor = await WirePeer.ConnectAsync(third.TcpAddress);
        await Eventually.EqualAsync(3, () => CountOrNoneAsync(survivor, "one"), FailoverTimeout);
        await RegisterAtAsync(third, "one");
        Assert.All(await CountsAsync("one", [_servers[0], third]), count => Assert.Equal(4, count));
    }

    [Fact]
    public async Task A_node_that_stood_still_too_long_ends_with_exit_code_3_and_one_line()
    {
        await RegisterAtAsync(_servers[2], Name(0));
        await using (WirePeer peer = await WirePeer.ConnectAsync(_servers[0].TcpAddress))
        {
            // The nodes own them by turns. Those of the third have an owner again only when it is out.
            for (int index = 1; index < Namespaces; index++)
            {
                Assert.Equal(0, await CountOrNoneAsync(peer, Name(index)));
            }

            _servers[2].Pause();
            for (int index = 0; index < Namespaces; index++)
            {
                string ns = Name(index);
                await Eventually.EqualAsync(index == 0 ? 1 : 0, () => CountOrNoneAsync(peer, ns), FailoverTimeout);
            }
        }

        _servers[2].Continue();

        (int exitCode, string errors) = await _servers[2].ExitAsync(FailoverTimeout);
        Assert.Equal(OutOfCluster, exitCode);
        Assert.Contains("rendezvous-server: This node is out of the cluster: ", errors, StringComparison.Ordinal);
        Assert.All(await CountsAsync(Name(0), _servers.Take(2)), count => Assert.Equal(1, count));
    }

    private static string Name(int index) => $"still-{index}";

    private async Task<ServerProcess> StartAsync(string bind)
    {
        var folder = new TemporaryFolder();
        _folders.Add(folder);
        ServerProcess server = await ServerProcess.StartAsync(
            folder,
            [
                "--storage", "postgres", "--connection-string", _connectionString, "--cluster-bind", bind, "--seed", _seed,
                "--failure-detection", "calm", .. TestCertificates.Options,
            ]);
        _servers.Add(server);
        return server;
    }

    private static async Task RegisterAtAsync(ServerProcess server, string ns)
    {
        await using WirePeer peer = await WirePeer.ConnectAsync(server.TcpAddress);
        await peer.RegisterAsync(ns);
    }

    private static async Task<int[]> CountsAsync(
        string ns, IEnumerable<ServerProcess> servers) => await Task.WhenAll(servers.Select(async server =>
    {
        await using WirePeer peer = await WirePeer.ConnectAsync(server.TcpAddress);
        return (await peer.DiscoverAsync(ns)).Found.Count;
    }));

    /// <summary>How many are found; -1 when the answer is that it cannot be told now.</summary>
    private static async Task<int> CountOrNoneAsync(WirePeer peer, string ns) =>
        await peer.TryDiscoverAsync(ns) is { } found ? found.Count : -1;
}
