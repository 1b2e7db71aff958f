using RendezvousCluster.Libp2p.Identity;
using RendezvousCluster.Libp2p.Multiformats;
using RendezvousCluster.Libp2p.Records;

namespace RendezvousCluster.Client.Discovery;

/// <summary>
/// A peer that a point listed, with its own signed and verified word on where it is. The point vouches for the namespace only: no signature
/// covers that, so a bad point can list any peer whose record it has seen anywhere.
/// </summary>
/// <param name="Namespace">Where it is registered.</param>
/// <param name="Record">Its signed record.</param>
/// <param name="Addresses">The record's addresses that are usable, as far as the options and limits let them through; at least one.</param>
/// <param name="ExpiresAt">When the registration ends unless it is refreshed, as far as the point said. rust's points say too late a
/// time.</param>
/// <param name="Point">The point that listed this record first.</param>
public sealed record DiscoveredPeer(
    string Namespace, SignedPeerRecord Record, IReadOnlyList<Multiaddr> Addresses, DateTimeOffset ExpiresAt, RendezvousPoint Point)
{
    /// <summary>The peer's id.</summary>
    public PeerId PeerId => Record.PeerId;
}
