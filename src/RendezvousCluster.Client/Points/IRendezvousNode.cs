using RendezvousCluster.Libp2p.Identity;
using RendezvousCluster.Libp2p.Multiformats;
using RendezvousCluster.Libp2p.Protocols;
using RendezvousCluster.Libp2p.Records;

namespace RendezvousCluster.Client.Points;

/// <summary>What the client needs of the libp2p host under it: a <see cref="Libp2pNode"/>, or a script in tests.</summary>
internal interface IRendezvousNode
{
    /// <summary>The node's addresses may have changed.</summary>
    event EventHandler? AddressesChanged;

    /// <summary>The node's peer id.</summary>
    PeerId PeerId { get; }

    /// <summary>Its signed record, or null while it has no address.</summary>
    SignedPeerRecord? GetSignedPeerRecord(RecordFlavour flavour);

    /// <summary>Dials a point; its address ends in the peer id that must answer.</summary>
    Task<IPeerConnection> DialAsync(Multiaddr address, CancellationToken cancellationToken);
}
