using System.Text.Json;
using RendezvousCluster.Interop.Processes;
using RendezvousCluster.Interop.Server;
using RendezvousCluster.Testing;

namespace RendezvousCluster.Interop.Rendezvous;

/// <summary>Stock js-libp2p peers at the real server over <c>/rendezvous/1.0.0</c>. The js client reads as strictly as rust's.</summary>
[TakesSeconds(41)]
public sealed class JsRendezvousTests(ServerWithShortTtls running) : IClassFixture<ServerWithShortTtls>
{
    private readonly ServerProcess _server = running.Server;

    [Theory]
    [InlineData("tcp", "yamux")]
    [InlineData("tcp", "mplex")]
    [InlineData("ws", "yamux")]
    [InlineData("ws", "mplex")]
    public async Task A_registered_peer_is_found_and_dialled_where_it_said(string transport, string muxer)
    {
        string ns = RunningServer.NewNamespace();
        await using JsPeer registrant = await JsPeer.StartAsync(transport, muxer);
        await using JsPeer seeker = await JsPeer.StartAsync(transport, muxer, listen: false);
        await DialServerAsync(registrant, transport);
        await DialServerAsync(seeker, transport);

        JsonElement granted = await registrant.AskAsync("register", new { peer = _server.PeerId, ns, ttl = 600 });
        JsonElement found = Assert.Single(await DiscoverAsync(seeker, ns));

        Assert.Equal(600, granted.GetProperty("ttl").GetInt32());
        Assert.Equal(registrant.PeerId, found.GetProperty("peerId").GetString());
        Assert.Equal(ns, found.GetProperty("ns").GetString());
        Assert.InRange(found.GetProperty("ttl").GetInt32(), 540, 600);
        Assert.Equal(granted.GetProperty("envelope").GetString(), found.GetProperty("envelope").GetString());

        string address = Assert.Single(found.GetProperty("addrs").EnumerateArray()).GetString()!;
        await seeker.AskAsync("dial", new { addr = $"{address}/p2p/{registrant.PeerId}" });
        JsonElement echo = await seeker.AskAsync("echo", new { peer = registrant.PeerId, bytes = 1_000 });
        Assert.True(echo.GetProperty("intact").GetBoolean());
    }

    [Fact]
    public async Task A_cookie_pages_and_then_brings_only_newcomers()
    {
        string ns = RunningServer.NewNamespace();
        await using JsPeer seeker = await ConnectedSeekerAsync();
        var registered = new List<string>();
        for (int i = 0; i < 5; i++)
        {
            registered.Add(await RegisterAnotherAsync(ns));
        }

        var pages = new List<string[]>();
        string? cookie = null;
        for (int page = 0; page < 4; page++)
        {
            (string[] peers, cookie) = await PageAsync(seeker, ns, limit: 2, cookie);
            pages.Add(peers);
        }

        Assert.Equal([2, 2, 1, 0], pages.Select(page => page.Length));
        Assert.Equal(registered, pages.SelectMany(page => page));

        string newcomer = await RegisterAnotherAsync(ns);
        (string[] news, _) = await PageAsync(seeker, ns, limit: 2, cookie);
        Assert.Equal([newcomer], news);
    }

    [Fact]
    public async Task Many_requests_on_one_stream_are_served_in_order()
    {
        string ns = RunningServer.NewNamespace();
        await using JsPeer peer = await ConnectedSeekerAsync(listen: true);

        JsonElement session = await peer.AskAsync("session", new { peer = _server.PeerId, ns });

        Assert.Equal(peer.PeerId, Assert.Single(session.GetProperty("before").EnumerateArray()).GetProperty("peerId").GetString());
        Assert.Empty(session.GetProperty("after").EnumerateArray());
    }

    [Fact]
    public async Task An_unregistered_peer_is_found_no_longer()
    {
        string ns = RunningServer.NewNamespace();
        await using JsPeer peer = await ConnectedSeekerAsync(listen: true);
        string stays = await RegisterAnotherAsync(ns);
        await peer.AskAsync("register", new { peer = _server.PeerId, ns });
        Assert.Equal(2, (await DiscoverAsync(peer, ns)).Length);

        await peer.AskAsync("unregister", new { peer = _server.PeerId, ns });

        Assert.Equal(stays, Assert.Single(await DiscoverAsync(peer, ns)).GetProperty("peerId").GetString());
    }

    [Fact]
    public async Task A_refusal_is_a_status_that_says_what_to_change()
    {
        await using JsPeer peer = await ConnectedSeekerAsync(listen: true);

        await RefusedAsync("E_INVALID_NAMESPACE", "register", new { peer = _server.PeerId, ns = new string('n', 256) });
        await RefusedAsync("E_INVALID_TTL", "register", new { peer = _server.PeerId, ns = "ttl", ttl = 259_201 });
        await RefusedAsync(
            "E_INVALID_COOKIE", "discover", new { peer = _server.PeerId, ns = "cookie", cookie = Convert.ToBase64String(new byte[8]) });

        async Task RefusedAsync(string status, string op, object arguments)
        {
            JsPeerException refusal = await Assert.ThrowsAsync<JsPeerException>(() => peer.AskAsync(op, arguments));
            Assert.Matches($"Refused: {status}: .+", refusal.Message);
        }
    }

    private async Task DialServerAsync(JsPeer peer, string transport) =>
        await peer.AskAsync("dial", new { addr = _server.Address(transport) });

    private async Task<JsPeer> ConnectedSeekerAsync(bool listen = false)
    {
        JsPeer peer = await JsPeer.StartAsync("tcp", "yamux", listen);
        await DialServerAsync(peer, "tcp");
        return peer;
    }

    private async Task<JsonElement[]> DiscoverAsync(JsPeer peer, string ns)
    {
        JsonElement page = await peer.AskAsync("discover", new { peer = _server.PeerId, ns });
        return [.. page.GetProperty("registrations").EnumerateArray()];
    }

    private async Task<(string[] Peers, string Cookie)> PageAsync(JsPeer peer, string ns, int limit, string? cookie)
    {
        object request = cookie is null ? new { peer = _server.PeerId, ns, limit } : new { peer = _server.PeerId, ns, limit, cookie };
        JsonElement page = await peer.AskAsync("discover", request);
        string[] peers = [.. page.GetProperty("registrations").EnumerateArray().Select(found => found.GetProperty("peerId").GetString()!)];
        return (peers, page.GetProperty("cookie").GetString()!);
    }

    /// <summary>A peer of ours: a process for each of many would take long.</summary>
    private async Task<string> RegisterAnotherAsync(string ns)
    {
        await using WirePeer peer = await WirePeer.ConnectAsync(_server.TcpAddress);
        await peer.RegisterAsync(ns);
        return peer.Id;
    }
}
