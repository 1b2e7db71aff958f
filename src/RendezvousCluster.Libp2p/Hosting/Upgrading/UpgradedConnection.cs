using RendezvousCluster.Libp2p.Identity;
using RendezvousCluster.Libp2p.Limits;
using RendezvousCluster.Libp2p.Multiformats;
using RendezvousCluster.Libp2p.Muxing;
using RendezvousCluster.Libp2p.Transports;

namespace RendezvousCluster.Libp2p.Hosting.Upgrading;

/// <summary>A connection of raw bytes, and what its upgrade has made of it.</summary>
internal sealed class UpgradedConnection(RawConnection raw, UpgradedStreams upgraded, ConnectionScope scope) : ICapableConnection
{
    public PublicKey RemotePublicKey => upgraded.RemotePublicKey;

    public Multiaddr RemoteAddress { get; } = raw.RemoteAddress;

    public IMuxedConnection Streams => upgraded.Streams;

    public string Muxer => upgraded.Muxer;

    public ConnectionScope Scope => scope;

    public ValueTask DisposeAsync() => raw.DisposeAsync();
}
