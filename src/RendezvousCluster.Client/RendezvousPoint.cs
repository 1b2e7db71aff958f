using RendezvousCluster.Libp2p.Identity;
using RendezvousCluster.Libp2p.Multiformats;

namespace RendezvousCluster.Client;

/// <summary>
/// A rendezvous point: who it is, and where it can be dialled, best address first. Two are the same when they are the same peer.
/// </summary>
public sealed class RendezvousPoint : IEquatable<RendezvousPoint>
{
    private RendezvousPoint(PeerId peerId, IReadOnlyList<Multiaddr> addresses)
    {
        PeerId = peerId;
        Addresses = addresses;
    }

    /// <summary>The id of the peer that must answer there.</summary>
    public PeerId PeerId { get; }

    /// <summary>Where; each ends in <c>/p2p/</c> and the peer id.</summary>
    public IReadOnlyList<Multiaddr> Addresses { get; }

    /// <summary>
    /// Reads points from addresses such as <c>/dns4/example.com/tcp/8000/p2p/12D3Koo…</c>; addresses of one peer make one point.
    /// </summary>
    /// <returns>The points, in the order in which they are first named.</returns>
    /// <exception cref="FormatException">A text is not an address, or does not name its peer.</exception>
    public static IReadOnlyList<RendezvousPoint> ParseAll(IEnumerable<string> addresses)
    {
        var byPeer = new OrderedDictionary<PeerId, List<Multiaddr>>();
        foreach (string text in addresses)
        {
            Multiaddr address = ParseAddress(text);
            PeerId peer = address.FinalPeerId!;
            if (!byPeer.TryGetValue(peer, out List<Multiaddr>? known))
            {
                byPeer.Add(peer, known = []);
            }

            if (!known.Contains(address))
            {
                known.Add(address);
            }
        }

        return [.. byPeer.Select(point => new RendezvousPoint(point.Key, point.Value))];
    }

    /// <inheritdoc/>
    public bool Equals(RendezvousPoint? other) => other is not null && other.PeerId.Equals(PeerId);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as RendezvousPoint);

    /// <inheritdoc/>
    public override int GetHashCode() => PeerId.GetHashCode();

    /// <summary>Its first address.</summary>
    public override string ToString() => Addresses[0].ToString();

    private static Multiaddr ParseAddress(string text)
    {
        Multiaddr address;
        try
        {
            address = Multiaddr.Parse(text);
        }
        catch (FormatException exception)
        {
            throw new FormatException($"The point {text} is not a multiaddr: {exception.Message}", exception);
        }

        if (address.Contains("p2p-circuit"))
        {
            throw new FormatException(
                $"The point {text} is behind a relay, which cannot be dialled from here: give an address of the point itself.");
        }

        return address.FinalPeerId is not null
            ? address
            : throw new FormatException($"The point {text} does not end in /p2p/<peer id>: without it, anybody could answer in its place.");
    }
}
