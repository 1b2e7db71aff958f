using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using RendezvousCluster.Libp2p.Multiformats;
using RendezvousCluster.Libp2p.Transports;
using RendezvousCluster.Libp2p.Transports.Sockets;
using RendezvousCluster.Libp2p.Transports.WebSockets;
using RendezvousCluster.Testing;

namespace RendezvousCluster.Libp2p.Tests.Transports.WebSockets;

public sealed class WebSocketTransportTests : TransportConformance
{
    protected override Multiaddr ListenAddress => Multiaddr.Parse("/ip4/127.0.0.1/tcp/0/ws");

    [Theory]
    [InlineData("/ip4/127.0.0.1/tcp/1/ws", true)]
    [InlineData("/dns4/example.org/tcp/443/wss", true)]
    [InlineData("/dns4/example.org/tcp/443/tls/ws", true)]
    [InlineData("/ip4/127.0.0.1/tcp/443/tls/sni/example.org/ws", true)]
    [InlineData("/ip4/127.0.0.1/tcp/1", false)]
    [InlineData("/ip4/127.0.0.1/tcp/1/ws/p2p-circuit", false)]
    public void Handles_websocket_addresses_only(string address, bool expected)
    {
        using var sockets = new TestSockets();
        using var transport = new WebSocketTransport(sockets.Factory, NullLoggerFactory.Instance);

        Assert.Equal(expected, transport.CanHandle(Multiaddr.Parse(address)));
    }

    [Fact]
    public async Task Does_not_listen_with_tls()
    {
        using var sockets = new TestSockets();
        using var transport = new WebSocketTransport(sockets.Factory, NullLoggerFactory.Instance);

        await Assert.ThrowsAsync<TransportException>(
            () => transport.ListenAsync(Multiaddr.Parse("/ip4/127.0.0.1/tcp/0/tls/ws"), _ => Task.CompletedTask, CancellationToken.None)
                .Within());
    }

    [Fact]
    public async Task Tells_a_browser_that_asks_for_a_page_what_this_is()
    {
        using var sockets = new TestSockets();
        using var transport = new WebSocketTransport(sockets.Factory, NullLoggerFactory.Instance);
        await using ITransportListener listener =
            await transport.ListenAsync(ListenAddress, _ => Task.CompletedTask, CancellationToken.None).Within();
        using var browser = new HttpClient();

        HttpResponseMessage answer = await browser.GetAsync(new Uri($"http://127.0.0.1:{listener.Addresses[0].ValueOf("tcp")}/")).Within();

        Assert.Equal(HttpStatusCode.UpgradeRequired, answer.StatusCode);
    }

    private protected override ITransport Create(SocketListenerFactory sockets) =>
        new WebSocketTransport(sockets, NullLoggerFactory.Instance);
}
