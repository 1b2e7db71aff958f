using RendezvousCluster.Libp2p.Records;
using RendezvousCluster.Protocol;

namespace RendezvousCluster.Server.FrontEnd;

/// <summary>How the front end serves the rendezvous protocol.</summary>
internal sealed class FrontEndOptions
{
    /// <summary>The bounds.</summary>
    public RendezvousLimits Limits { get; set; } = new();

    /// <summary>The protocol ids to serve; by default the spec's and canvas'.</summary>
    public IReadOnlyList<string> ProtocolIds { get; set; } = Protocol.ProtocolIds.Default;

    /// <summary>
    /// How the agent versions of clients begin that read nothing but the unsigned PeerInfo of the protocol's first schema: py-libp2p, and
    /// Berty's programs, whose name is their Go module's path. Everybody else who sends a PeerInfo is known by that.
    /// </summary>
    public IReadOnlyList<string> PeerInfoAgentPrefixes { get; set; } = ["py-libp2p", "berty.tech/"];

    /// <summary>
    /// What a peer is shown of a namespace that holds both flavours of signed records, when it gave no sign of which it reads. Rust's, by
    /// default: Go and JavaScript show a record in identify and nim says its name, so of those without a sign most are rust applications
    /// with a name of their own.
    /// </summary>
    public RecordFlavour FlavourForUnknownPeers { get; set; } = RecordFlavour.RoutingState;
}
