using RendezvousCluster.Interop.Processes;
using RendezvousCluster.Interop.Rendezvous;

namespace RendezvousCluster.Interop.Server;

/// <summary>Where nothing is wrong nothing is said: who starts a server for the first time takes every line for trouble.</summary>
[Collection(nameof(Alone))]
public sealed class QuietTests
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

    private static async Task ServeAsync(ServerProcess server, int found)
    {
        await using WirePeer peer = await WirePeer.ConnectAsync(server.TcpAddress);
        await peer.RegisterAsync("quiet");
        Assert.Equal(found, (await peer.DiscoverAsync("quiet")).Found.Count);
    }

    // What it said is complete only when it has ended.
    private static async Task StopsQuietlyAsync(ServerProcess server)
    {
        Assert.Equal(0, await server.TerminateAsync(StopTimeout));
        Assert.True(server.Errors.Length == 0, server.Errors);
    }
}
