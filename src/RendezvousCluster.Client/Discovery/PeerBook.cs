using RendezvousCluster.Libp2p.Identity;

namespace RendezvousCluster.Client.Discovery;

/// <summary>What became of a peer that a <see cref="PeerBook"/> was shown.</summary>
internal enum PeerMerge
{
    /// <summary>It is new.</summary>
    Joined,

    /// <summary>Its record is newer than the one known.</summary>
    Changed,

    /// <summary>The record is known; the registration may last longer than it was known to.</summary>
    Known,

    /// <summary>A newer record is known.</summary>
    Outdated,

    /// <summary>The book is full.</summary>
    LeftOut,
}

/// <summary>
/// The peers known from all points together: one entry per peer and namespace, with the newest record and the latest end that any point
/// told.
/// </summary>
internal sealed class PeerBook(int maxPeers)
{
    private readonly Dictionary<(string Namespace, PeerId Peer), DiscoveredPeer> _peers = [];

    /// <summary>How many there are.</summary>
    public int Count => _peers.Count;

    /// <summary>When the first of them expires; null when there is none.</summary>
    public DateTimeOffset? NextExpiry => _peers.Count == 0 ? null : _peers.Values.Min(peer => peer.ExpiresAt);

    /// <summary>Takes a peer in.</summary>
    public PeerMerge Merge(DiscoveredPeer peer)
    {
        (string, PeerId) key = (peer.Namespace, peer.PeerId);
        if (!_peers.TryGetValue(key, out DiscoveredPeer? known))
        {
            if (_peers.Count >= maxPeers)
            {
                return PeerMerge.LeftOut;
            }

            _peers.Add(key, peer);
            return PeerMerge.Joined;
        }

        DateTimeOffset expiresAt = peer.ExpiresAt > known.ExpiresAt ? peer.ExpiresAt : known.ExpiresAt;
        bool isNewer = peer.Record.Sequence > known.Record.Sequence;
        _peers[key] = (isNewer ? peer : known) with { ExpiresAt = expiresAt };
        return isNewer ? PeerMerge.Changed : peer.Record.Sequence == known.Record.Sequence ? PeerMerge.Known : PeerMerge.Outdated;
    }

    /// <summary>The entry of a peer that was just merged.</summary>
    public DiscoveredPeer this[DiscoveredPeer peer] => _peers[(peer.Namespace, peer.PeerId)];

    /// <summary>Takes out those whose time is over, the earliest first.</summary>
    public IReadOnlyList<DiscoveredPeer> Expire(DateTimeOffset now)
    {
        DiscoveredPeer[] expired = [.. _peers.Values.Where(peer => peer.ExpiresAt <= now).OrderBy(peer => peer.ExpiresAt)];
        foreach (DiscoveredPeer peer in expired)
        {
            _peers.Remove((peer.Namespace, peer.PeerId));
        }

        return expired;
    }
}
