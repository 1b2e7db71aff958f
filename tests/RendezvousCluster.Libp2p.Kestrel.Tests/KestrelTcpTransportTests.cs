using RendezvousCluster.Libp2p.Hosting;
using RendezvousCluster.Libp2p.Multiformats;
using RendezvousCluster.Libp2p.Tests.Transports;
using RendezvousCluster.Libp2p.Transports;

namespace RendezvousCluster.Libp2p.Kestrel.Tests;

public sealed class KestrelTcpTransportTests : TransportConformance
{
    protected override Multiaddr ListenAddress => Multiaddr.Parse("/ip4/127.0.0.1/tcp/0");

    private protected override IListeningRawTransport Create(HostContext context) => new KestrelTcpTransport(context);
}
