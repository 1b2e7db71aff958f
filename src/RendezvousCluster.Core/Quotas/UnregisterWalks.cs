using System.Diagnostics.CodeAnalysis;
using RendezvousCluster.Libp2p.Identity;

namespace RendezvousCluster.Core.Quotas;

/// <summary>
/// The walks of the peers who unregistered last. A bounded number: who is forgotten begins anew. Not safe for use by many threads.
/// </summary>
internal sealed class UnregisterWalks(int maxPeers)
{
    private readonly Dictionary<PeerId, LinkedListNode<(PeerId Peer, UnregisterWalk Walk)>> _byPeer = [];
    private readonly LinkedList<(PeerId Peer, UnregisterWalk Walk)> _oldestFirst = new();

    /// <summary>How many are remembered.</summary>
    public int Count => _byPeer.Count;

    /// <summary>Where a peer's walk goes on.</summary>
    public UnregisterWalk Resume(PeerId peer, DateTimeOffset knownSince) =>
        TryForget(peer, out UnregisterWalk? walk) && walk.KnownSince == knownSince ? walk : UnregisterWalk.Begin(knownSince);

    /// <summary>Keeps a walk, unless it has to be made anew: one that came to its end with a gap.</summary>
    public void Remember(PeerId peer, UnregisterWalk walk)
    {
        TryForget(peer, out _);
        if (walk is { IsDone: true, HasGap: true })
        {
            return;
        }

        if (_byPeer.Count >= maxPeers)
        {
            TryForget(_oldestFirst.First!.Value.Peer, out _);
        }

        _byPeer.Add(peer, _oldestFirst.AddLast((peer, walk)));
    }

    private bool TryForget(PeerId peer, [NotNullWhen(true)] out UnregisterWalk? walk)
    {
        walk = null;
        if (!_byPeer.Remove(peer, out LinkedListNode<(PeerId Peer, UnregisterWalk Walk)>? node))
        {
            return false;
        }

        _oldestFirst.Remove(node);
        walk = node.Value.Walk;
        return true;
    }
}
