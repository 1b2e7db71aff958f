using System.Net.Sockets;
using RendezvousCluster.Libp2p.Limits;
using RendezvousCluster.Libp2p.Multiformats;
using RendezvousCluster.Libp2p.Tests.Transports;
using RendezvousCluster.Libp2p.Transports;
using RendezvousCluster.Testing;
using static RendezvousCluster.Libp2p.Tests.Transports.Sockets.ListenerClient;

namespace RendezvousCluster.Libp2p.Kestrel.Tests;

/// <summary>HTTP connections that never become a WebSocket: they are counted and cut like all others.</summary>
public sealed class HttpConnectionTests
{
    [Fact]
    public async Task A_request_for_an_upgrade_that_trickles_in_is_cut_when_the_handshake_is_late()
    {
        var limits = new Libp2pLimits();
        var time = new TimerProbe(limits.FirstByteTimeout);
        var sockets = new TestHostContext(limits, time);
        await using ITransportListener listener = await ListenAsync(sockets);
        using Socket slow = await ConnectAsync(listener);
        await time.Started.Within();
        await slow.SendAsync("GET / HTTP/1.1\r\nHost: x\r\nUpgrade: webso"u8.ToArray());

        time.Advance(limits.FirstByteTimeout);
        time.Advance(limits.UpgradeTimeout - limits.FirstByteTimeout);

        await EndAsync(slow);
        await Eventually.EqualAsync(0, () => sockets.Limiter.Connections);
    }

    [Fact]
    public async Task A_connection_that_asks_for_a_page_is_closed_after_the_answer()
    {
        var sockets = new TestHostContext();
        await using ITransportListener listener = await ListenAsync(sockets);
        using Socket browser = await ConnectAsync(listener);

        await browser.SendAsync("GET / HTTP/1.1\r\nHost: x\r\n\r\n"u8.ToArray());

        await EndAsync(browser);
        await Eventually.EqualAsync(0, () => sockets.Limiter.Connections);
    }

    private static Task<ITransportListener> ListenAsync(TestHostContext host)
    {
        Multiaddr address = Multiaddr.Parse("/ip4/127.0.0.1/tcp/0/ws");
        return host.TransportFor(address).ListenAsync(address, _ => Task.CompletedTask, CancellationToken.None).Within();
    }
}
