using RendezvousCluster.Libp2p.Identity;
using RendezvousCluster.Libp2p.Multiformats;
using RendezvousCluster.Libp2p.Records;

namespace RendezvousCluster.Libp2p.Protocols.Identify;

/// <summary>What this host says of itself. Read anew for each answer, so it may change while the host runs.</summary>
public interface IIdentifySource
{
    /// <summary>The host's identity key.</summary>
    PublicKey PublicKey { get; }

    /// <summary>Where it can be dialled, best first, without peer ids.</summary>
    IReadOnlyList<Multiaddr> ListenAddresses { get; }

    /// <summary>The protocols that it serves.</summary>
    IReadOnlyList<string> ProtocolIds { get; }

    /// <summary>Program and version, such as <c>rendezvous-cluster/0.1.0</c>.</summary>
    string AgentVersion { get; }

    /// <summary>Its own signed peer record, or null when it has no address to announce.</summary>
    SignedPeerRecord? SignedPeerRecord { get; }
}
