using RendezvousCluster.Libp2p.Identity;
using RendezvousCluster.Libp2p.Multiformats;

namespace RendezvousCluster.Libp2p.Hosting;

/// <summary>
/// What becomes of the addresses that a host is to announce: peers see them as they are, without the host's own id at their end.
/// </summary>
internal static class AnnouncedAddresses
{
    /// <exception cref="AnnouncedAddressException">An address ends in another peer's id: it would lead there.</exception>
    public static Multiaddr[] Of(IEnumerable<Multiaddr> addresses, PeerId own) => [.. addresses.Select(address => OneOf(address, own))];

    private static Multiaddr OneOf(Multiaddr address, PeerId own)
    {
        if (address.FinalPeerId is { } named && !named.Equals(own))
        {
            throw new AnnouncedAddressException(
                $"{address} cannot be announced: it ends in the id of another peer, and this host is {own}. Leave the id out, or put "
                + $"/p2p-circuit behind it if {named} is a relay through which this host is reached.");
        }

        Multiaddr told = address.WithoutPeerId();
        return told != Multiaddr.Empty
            ? told
            : throw new AnnouncedAddressException($"{address} cannot be announced: it says who is reached, and not where.");
    }
}
