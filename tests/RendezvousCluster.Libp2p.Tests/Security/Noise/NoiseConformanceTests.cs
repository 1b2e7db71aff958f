using RendezvousCluster.Libp2p.Identity;
using RendezvousCluster.Libp2p.Limits;
using RendezvousCluster.Libp2p.Security;
using RendezvousCluster.Libp2p.Security.Noise;

namespace RendezvousCluster.Libp2p.Tests.Security.Noise;

public sealed class NoiseConformanceTests : SecurityConformance
{
    protected override ISecurityProtocol Create(KeyPair identity, IReadOnlyList<string> muxers) =>
        new NoiseSecurityProtocol(identity, muxers, new Libp2pLimits());
}
