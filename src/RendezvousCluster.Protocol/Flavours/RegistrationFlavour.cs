using RendezvousCluster.Libp2p.Records;

namespace RendezvousCluster.Protocol.Flavours;

/// <summary>
/// The three flavours in which a peer describes itself in a REGISTER, and in which it reads others in the answer to a DISCOVER. The numbers
/// stand in journals and in messages between nodes: they are never changed.
/// </summary>
public enum RegistrationFlavour
{
    /// <summary>A signed record as Go, JavaScript, nim and .NET make it: <see cref="RecordFlavour.Standard"/>.</summary>
    Standard = 0,

    /// <summary>A signed record as rust makes it: <see cref="RecordFlavour.RoutingState"/>.</summary>
    RoutingState = 1,

    /// <summary>The unsigned <c>PeerInfo</c> of the protocol's first schema, still spoken by Berty's Go and by py-libp2p.</summary>
    PeerInfo = 2,
}
