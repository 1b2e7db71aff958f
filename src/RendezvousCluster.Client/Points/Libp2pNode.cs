using RendezvousCluster.Libp2p.Hosting;
using RendezvousCluster.Libp2p.Identity;
using RendezvousCluster.Libp2p.Multiformats;
using RendezvousCluster.Libp2p.Protocols;
using RendezvousCluster.Libp2p.Records;

namespace RendezvousCluster.Client.Points;

/// <summary>The real host.</summary>
internal sealed class Libp2pNode(Libp2pHost host) : IRendezvousNode
{
    public event EventHandler? AddressesChanged
    {
        add => host.AddressesChanged += value;
        remove => host.AddressesChanged -= value;
    }

    public PeerId PeerId => host.PeerId;

    public SignedPeerRecord? GetSignedPeerRecord(RecordFlavour flavour) => host.GetSignedPeerRecord(flavour);

    public Task<IPeerConnection> DialAsync(Multiaddr address, CancellationToken cancellationToken) =>
        host.DialAsync(address, cancellationToken);
}
