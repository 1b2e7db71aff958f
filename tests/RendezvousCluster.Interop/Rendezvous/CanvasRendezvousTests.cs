using System.Text.Json;
using RendezvousCluster.Interop.Processes;
using RendezvousCluster.Interop.Server;

namespace RendezvousCluster.Interop.Rendezvous;

/// <summary>
/// js-libp2p 2 peers with the <c>@canvas-js/libp2p-rendezvous</c> client, which speaks <c>/canvas/rendezvous/1.0.0</c>: as they are,
/// pointed at our server instead of canvas's own.
/// </summary>
public sealed class CanvasRendezvousTests(ServerWithShortTtls running) : IClassFixture<ServerWithShortTtls>
{
    private readonly ServerProcess _server = running.Server;

    [Theory]
    [InlineData("tcp")]
    [InlineData("ws")]
    public async Task Register_discover_dial_unregister(string transport)
    {
        string ns = RunningServer.NewNamespace();
        string server = _server.Address(transport);
        await using JsPeer registrant = await JsPeer.StartCanvasAsync(transport);
        await using JsPeer seeker = await JsPeer.StartCanvasAsync(transport);

        JsonElement granted = await registrant.AskAsync("register", new { server, ns, ttl = 60 });
        JsonElement found = Assert.Single(await DiscoverAsync(seeker, server, ns));

        Assert.Equal(60, granted.GetProperty("ttl").GetInt32());
        Assert.Equal(registrant.PeerId, found.GetProperty("peerId").GetString());
        string address = Assert.Single(found.GetProperty("addrs").EnumerateArray()).GetString()!;
        JsonElement dialled = await seeker.AskAsync("dial", new { addr = $"{address}/p2p/{registrant.PeerId}" });
        Assert.Equal(registrant.PeerId, dialled.GetProperty("peerId").GetString());

        await registrant.AskAsync("unregister", new { server, ns });
        Assert.Empty(await DiscoverAsync(seeker, server, ns));
    }

    [Fact]
    public async Task Without_a_ttl_it_gets_the_default()
    {
        await using JsPeer registrant = await JsPeer.StartCanvasAsync("tcp");

        JsonElement granted = await registrant.AskAsync("register", new { server = _server.TcpAddress, ns = RunningServer.NewNamespace() });

        Assert.Equal(7_200, granted.GetProperty("ttl").GetInt32());
    }

    [Fact]
    public async Task The_old_protocol_shares_the_registry_with_peers_of_the_spec_s_protocol()
    {
        string ns = RunningServer.NewNamespace();
        await using JsPeer canvas = await JsPeer.StartCanvasAsync("tcp");
        await using WirePeer ours = await WirePeer.ConnectAsync(_server.TcpAddress);
        await canvas.AskAsync("register", new { server = _server.TcpAddress, ns });
        await ours.RegisterAsync(ns);

        (IReadOnlyList<Found> seenByOurs, _) = await ours.DiscoverAsync(ns);
        JsonElement seenByCanvas = Assert.Single(await DiscoverAsync(canvas, _server.TcpAddress, ns)); // its client leaves itself out

        Assert.Equal([canvas.PeerId, ours.Id], seenByOurs.Select(found => found.PeerId));
        Assert.Equal(ours.Id, seenByCanvas.GetProperty("peerId").GetString());
    }

    private static async Task<JsonElement[]> DiscoverAsync(JsPeer peer, string server, string ns)
    {
        JsonElement result = await peer.AskAsync("discover", new { server, ns });
        return [.. result.GetProperty("peers").EnumerateArray()];
    }
}
