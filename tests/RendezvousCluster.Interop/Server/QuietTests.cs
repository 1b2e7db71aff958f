using RendezvousCluster.Interop.Processes;
using RendezvousCluster.Interop.Rendezvous;
using RendezvousCluster.Testing;
using RendezvousCluster.Testing.Certificates;
using RendezvousCluster.Testing.Databases;

namespace RendezvousCluster.Interop.Server;

/// <summary>Where nothing is wrong nothing is said: who starts a server for the first time takes every line for trouble.</summary>
[Collection(nameof(Alone))]
public sealed class QuietTests(TestPostgres database) : IClassFixture<TestPostgres>
{
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task A_server_alone_says_nothing_when_it_starts_serves_and_stops()
    {
        using var folder = new TemporaryFolder();
        await using ServerProcess server = await ServerProcess.StartAsync(folder, "--management", "127.0.0.1:0");

        await ServeAsync(server, found: 1);

        await StopsQuietlyAsync(server);
    }

    [Fact]
    public async Task Three_servers_say_nothing_when_they_come_together_serve_and_part()
    {
        string connection = await database.CreateDatabaseAsync(), seed = $"127.0.0.1:{TestDatabaseServer.FreePort()}";
        using TemporaryFolder first = new(), second = new(), third = new();
        await using ServerProcess one = await StartAsync(first, seed);
        await using ServerProcess two = await StartAsync(second, "127.0.0.1:0");
        await using ServerProcess three = await StartAsync(third, "127.0.0.1:0");
        ServerProcess[] servers = [one, two, three];

        for (int index = 0; index < servers.Length; index++)
        {
            await ServeAsync(servers[index], found: index + 1);
        }

        foreach (ServerProcess server in servers)
        {
            await StopsQuietlyAsync(server);
        }

        Task<ServerProcess> StartAsync(TemporaryFolder folder, string bind) => ServerProcess.StartAsync(
            folder,
            [
                "--storage", "postgres", "--connection-string", connection, "--cluster-bind", bind, "--seed", seed,
                "--failure-detection", "calm", "--management", "127.0.0.1:0", .. TestCertificates.Options,
            ]);
    }

    private static async Task ServeAsync(ServerProcess server, int found)
    {
        await using WirePeer peer = await WirePeer.ConnectAsync(server.TcpAddress);
        await peer.RegisterAsync("quiet");
        Assert.Equal(found, (await peer.DiscoverAsync("quiet")).Found.Count);
    }

    // Its output is complete only when it has ended.
    private static async Task StopsQuietlyAsync(ServerProcess server)
    {
        Assert.Equal(0, await server.TerminateAsync(StopTimeout));
        Assert.True(server.Errors.Length == 0, server.Errors);
    }
}
