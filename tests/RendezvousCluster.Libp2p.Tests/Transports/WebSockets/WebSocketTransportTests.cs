using RendezvousCluster.Libp2p.Multiformats;
using RendezvousCluster.Libp2p.Transports.WebSockets;

namespace RendezvousCluster.Libp2p.Tests.Transports.WebSockets;

public sealed class WebSocketTransportTests
{
    [Theory]
    [InlineData("/ip4/127.0.0.1/tcp/1/ws", true)]
    [InlineData("/dns4/example.org/tcp/443/wss", true)]
    [InlineData("/dns4/example.org/tcp/443/tls/ws", true)]
    [InlineData("/ip4/127.0.0.1/tcp/443/tls/sni/example.org/ws", true)]
    [InlineData("/ip4/127.0.0.1/tcp/1", false)]
    [InlineData("/ip4/127.0.0.1/tcp/1/ws/p2p-circuit", false)]
    public void Handles_websocket_addresses_only(string address, bool expected)
    {
        using var transport = new WebSocketTransport();

        Assert.Equal(expected, transport.CanHandle(Multiaddr.Parse(address)));
    }
}
