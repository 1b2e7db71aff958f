using RendezvousCluster.Libp2p.Multiformats;
using RendezvousCluster.Libp2p.Records;

namespace RendezvousCluster.Libp2p.Protocols.Identify;

/// <summary>
/// What a peer said of itself, within the limits. Claims, all but the signed record: good for choosing a flavour or a log line, not for
/// trust.
/// Text has no control characters.
/// </summary>
/// <param name="ListenAddresses">Where it says that it listens; addresses of unknown form are left out.</param>
/// <param name="Protocols">What it says that it serves.</param>
/// <param name="ObservedAddress">How it sees this side, or null.</param>
/// <param name="ProtocolVersion">Usually <c>ipfs/0.1.0</c>; empty when it did not say.</param>
/// <param name="AgentVersion">Its program and version; empty when it did not say.</param>
/// <param name="SignedPeerRecord">Its own record, verified; null when there was none, or a bad one.</param>
public sealed record IdentifyInfo(
    IReadOnlyList<Multiaddr> ListenAddresses,
    IReadOnlyList<string> Protocols,
    Multiaddr? ObservedAddress,
    string ProtocolVersion,
    string AgentVersion,
    SignedPeerRecord? SignedPeerRecord)
{
    /// <summary>Nothing known yet.</summary>
    public static IdentifyInfo Empty { get; } = new([], [], null, "", "", null);
}
