using System.Text.Json;
using RendezvousCluster.Interop.Processes;
using RendezvousCluster.Interop.Server;
using RendezvousCluster.Libp2p.Records;
using RendezvousCluster.Testing.Rendezvous;

namespace RendezvousCluster.Interop.Rendezvous;

/// <summary>
/// js-libp2p peers that register nothing and call themselves by various names: the real server asks each of them over identify, and answers
/// in the flavour of its name.
/// </summary>
public sealed class FlavourTests(ServerWithUnsignedRegistrations running) : IClassFixture<ServerWithUnsignedRegistrations>
{
    private readonly ServerProcess _server = running.Server;

    [Theory]
    [InlineData("tcp", "yamux")]
    [InlineData("ws", "mplex")]
    public async Task Each_reader_is_shown_what_it_can_read(string transport, string muxer)
    {
        string ns = RunningServer.NewNamespace();
        await using WirePeer go = await WirePeer.ConnectAsync(_server.TcpAddress);
        await using WirePeer rust = await WirePeer.ConnectAsync(_server.TcpAddress);
        await go.RegisterAsync(ns);
        await rust.RegisterAsync(ns, flavour: RecordFlavour.RoutingState);
        byte[] goRecord = go.Peer.Record();
        byte[] rustRecord = rust.Peer.Record(1, RecordFlavour.RoutingState);

        Assert.Equal([goRecord], await DiscoverAsync(ns, transport, muxer, agentVersion: null));
        Assert.Equal([rustRecord], await DiscoverAsync(ns, transport, muxer, "rust-libp2p/0.45.0"));
        Assert.Equal([go.Peer.OldPeerInfo(), rust.Peer.OldPeerInfo()], await DiscoverAsync(ns, transport, muxer, "py-libp2p/0.4.0"));
    }

    [Fact]
    public async Task Unsigned_registration_is_shown_to_its_like_and_to_nobody_else()
    {
        string ns = RunningServer.NewNamespace();
        await using JsPeer old = await JsPeer.StartAsync("tcp", "yamux", listen: true);
        await old.AskAsync("dial", new { addr = _server.TcpAddress });

        JsonElement granted = await old.AskAsync("registerPeerInfo", new { peer = _server.PeerId, ns });

        Assert.Equal(7200, granted.GetProperty("ttl").GetInt64());
        byte[] shown = Assert.Single(await DiscoverAsync(old, ns));
        Assert.Equal([shown], await DiscoverAsync(ns, "tcp", "yamux", "berty.tech/berty/v2@v2.471.2"));
        Assert.Empty(await DiscoverAsync(ns, "tcp", "yamux", agentVersion: null));
        Assert.Empty(await DiscoverAsync(ns, "tcp", "yamux", "rust-libp2p/0.45.0"));
    }

    private async Task<List<byte[]>> DiscoverAsync(string ns, string transport, string muxer, string? agentVersion)
    {
        await using JsPeer reader = await JsPeer.StartAsync(transport, muxer, listen: false, agentVersion);
        await reader.AskAsync("dial", new { addr = _server.Address(transport) });
        return await DiscoverAsync(reader, ns);
    }

    private async Task<List<byte[]>> DiscoverAsync(JsPeer reader, string ns)
    {
        JsonElement found = await reader.AskAsync("discoverRaw", new { peer = _server.PeerId, ns });
        return [.. found.EnumerateArray().Select(record => Convert.FromBase64String(record.GetString()!))];
    }
}
