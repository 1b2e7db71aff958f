using RendezvousCluster.Libp2p.Hosting;
using RendezvousCluster.Libp2p.Multiformats;
using RendezvousCluster.Libp2p.Transports;
using RendezvousCluster.Libp2p.Transports.Tcp;

namespace RendezvousCluster.Libp2p.Tests.Transports.Tcp;

public sealed class TcpTransportTests : TransportConformance
{
    protected override Multiaddr ListenAddress => Multiaddr.Parse("/ip4/127.0.0.1/tcp/0");

    [Theory]
    [InlineData("/ip4/127.0.0.1/tcp/1", true)]
    [InlineData("/ip6/::1/tcp/1", true)]
    [InlineData("/dns/example.org/tcp/1", true)]
    [InlineData("/ip4/127.0.0.1/tcp/1/p2p/12D3KooWD3eckifWpRn9wQpMG9R9hX3sD158z7EqHWmweQAJU5SA", true)]
    [InlineData("/ip4/127.0.0.1/tcp/1/ws", false)]
    [InlineData("/ip4/127.0.0.1/udp/1/quic-v1", false)]
    [InlineData("/ip4/127.0.0.1", false)]
    public void Handles_plain_tcp_only(string address, bool expected)
    {
        var host = new TestHostContext();
        IListeningRawTransport transport = Create(host.Context);

        Assert.Equal(expected, transport.CanHandle(Multiaddr.Parse(address)));
    }

    private protected override IListeningRawTransport Create(HostContext context) =>
        new TcpTransport(context.Door, context.Limits.WriteTimeout, context.TimeProvider, context.LoggerFactory);
}
