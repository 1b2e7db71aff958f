using RendezvousCluster.Libp2p.Identity;
using RendezvousCluster.Libp2p.Multiformats;

namespace RendezvousCluster.Libp2p.Records;

/// <summary>What a peer says of itself (RFC 0003): its addresses, and a number that grows with each new record.</summary>
/// <param name="PeerId">Whose record it is.</param>
/// <param name="Sequence">Orders the records of one peer; the higher is the newer.</param>
/// <param name="Addresses">The addresses that could be understood and lead to this peer, in order; of very many the first ones.</param>
public sealed record PeerRecord(PeerId PeerId, ulong Sequence, IReadOnlyList<Multiaddr> Addresses)
{
    /// <summary>
    /// How many addresses the record carries, those not understood included (unknown protocols, too long, another peer's). With it "none"
    /// and "none that we understand" can be distinguished.
    /// </summary>
    public int AddressCount { get; init; } = Addresses.Count;

    /// <summary>
    /// The first of its addresses that ends in another peer's id, which leads there and not to this peer; null when all of them lead here.
    /// </summary>
    public Multiaddr? ForeignAddress { get; init; }
}
