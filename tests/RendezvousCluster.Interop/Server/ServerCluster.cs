using RendezvousCluster.Interop.Processes;
using RendezvousCluster.Interop.Rendezvous;
using RendezvousCluster.Testing;
using RendezvousCluster.Testing.Certificates;
using RendezvousCluster.Testing.Databases;

namespace RendezvousCluster.Interop.Server;

/// <summary>Three real servers on one real PostgreSQL, started as an operator starts them, and what peers at each ask.</summary>
internal sealed class ServerCluster : IAsyncDisposable
{
    /// <summary>
    /// With calm failure detection it takes about fifteen seconds on an idle machine. The fast one would take nodes for dead that only wait
    /// for the processor.
    /// </summary>
    public static readonly TimeSpan FailoverTimeout = TimeSpan.FromMinutes(2);

    private readonly List<TemporaryFolder> _folders = [];
    private readonly List<ServerProcess> _servers = [];
    private readonly string _connectionString;
    private readonly string _seed = $"127.0.0.1:{TestDatabaseServer.FreePort()}";

    private ServerCluster(string connectionString) => _connectionString = connectionString;

    /// <summary>All that were started, in order.</summary>
    public IReadOnlyList<ServerProcess> Servers => _servers;

    public static async Task<ServerCluster> StartAsync(TestPostgres database)
    {
        var cluster = new ServerCluster(await database.CreateDatabaseAsync());
        try
        {
            await cluster.StartServerAsync(cluster._seed);
            await cluster.StartServerAsync();
            await cluster.StartServerAsync();
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <summary>One more.</summary>
    public async Task<ServerProcess> StartServerAsync(string bind = "127.0.0.1:0")
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

    /// <summary>Registers a new peer at a server.</summary>
    public static async Task RegisterAtAsync(ServerProcess server, string ns)
    {
        await using WirePeer peer = await WirePeer.ConnectAsync(server.TcpAddress);
        await peer.RegisterAsync(ns);
    }

    /// <summary>Waits until a new peer at each of the servers finds as many. A refused question is asked again.</summary>
    public static Task FindAsync(int count, string ns, IEnumerable<ServerProcess> servers) => Task.WhenAll(servers.Select(async server =>
    {
        await using WirePeer peer = await WirePeer.ConnectAsync(server.TcpAddress);
        await Eventually.EqualAsync(count, () => CountOrNoneAsync(peer, ns), FailoverTimeout);
    }));

    /// <summary>How many are found; -1 when the answer is a refusal for now.</summary>
    public static async Task<int> CountOrNoneAsync(WirePeer peer, string ns) =>
        await peer.TryDiscoverAsync(ns) is { } found ? found.Count : -1;

    public async ValueTask DisposeAsync()
    {
        foreach (ServerProcess server in _servers)
        {
            await server.DisposeAsync();
        }

        _folders.ForEach(folder => folder.Dispose());
    }
}
