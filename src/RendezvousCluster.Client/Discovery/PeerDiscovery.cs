using System.Runtime.CompilerServices;
using RendezvousCluster.Client.Points;
using RendezvousCluster.Libp2p.Identity;
using RendezvousCluster.Protocol;

namespace RendezvousCluster.Client.Discovery;

/// <summary>Finds the peers registered now: one walk at every point, merged.</summary>
internal sealed class PeerDiscovery(IReadOnlyCollection<PointClient> points, RendezvousNamespace? ns, int? limit, ClientContext context)
{
    /// <summary>
    /// The peers, as they are found, each with the newest record that the points asked so far have of it. One comes a second time only when
    /// a point that is slower than the others has a newer record.
    /// </summary>
    public async IAsyncEnumerable<DiscoveredPeer> PeersAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var book = new PeerBook(Math.Min(limit ?? int.MaxValue, context.Limits.MaxPeers));
        int pageLimit = Math.Min(limit ?? int.MaxValue, context.Limits.MaxRegistrationsPerPage);
        var reader = new PointsReader(points, ns, pageLimit, context);
        await foreach (IReadOnlyList<DiscoverPage> portion in reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            foreach (DiscoveredPeer peer in MergePortion(book, portion))
            {
                yield return peer;
            }

            if (book.Count == limit)
            {
                yield break;
            }
        }
    }

    private static List<DiscoveredPeer> MergePortion(PeerBook book, IReadOnlyList<DiscoverPage> portion)
    {
        List<DiscoveredPeer> news = [];
        HashSet<(string, PeerId)> named = [];
        foreach (DiscoveredPeer peer in portion.SelectMany(page => page.Peers))
        {
            if (book.Merge(peer) is PeerMerge.Joined or PeerMerge.Changed && named.Add((peer.Namespace, peer.PeerId)))
            {
                news.Add(peer);
            }
        }

        // As they are after the whole portion: with the newest record and the latest end.
        return news.ConvertAll(peer => book[peer]);
    }
}
