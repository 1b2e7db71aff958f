using RendezvousCluster.Libp2p.Limits;
using RendezvousCluster.Libp2p.Muxing;
using RendezvousCluster.Libp2p.Muxing.Mplex;

namespace RendezvousCluster.Libp2p.Tests.Muxing.Mplex;

/// <summary>Mplex keeps every promise of a muxer.</summary>
public sealed class MplexConformanceTests : MuxerConformance
{
    protected override IStreamMuxer CreateMuxer() => new MplexMuxer(TimeProvider.System);

    protected override Libp2pLimits CreateLimits() => new() { MplexOutboundOpensPerSecond = 10_000 };
}
