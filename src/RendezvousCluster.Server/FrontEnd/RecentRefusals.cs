using RendezvousCluster.Libp2p.Identity;
using RendezvousCluster.Protocol;

namespace RendezvousCluster.Server.FrontEnd;

/// <summary>
/// Remembers why requests of peers were refused lately, for an operator who is asked why.
///
/// Rules. Of each peer the last few, and only of so many peers: the one that was refused the longest ago is forgotten first, so that no
/// number of peers makes it grow. It keeps the texts that peers got, and no bytes of their requests.
/// </summary>
internal sealed class RecentRefusals(TimeProvider time)
{
    /// <summary>Peers that are remembered; with their refusals less than 2 MiB.</summary>
    internal const int MaxPeers = 2_000;

    /// <summary>Refusals of each that are remembered.</summary>
    internal const int MaxPerPeer = 5;

    private readonly Lock _lock = new();
    private readonly Dictionary<PeerId, LinkedListNode<Entry>> _byPeer = [];
    private readonly LinkedList<Entry> _oldestFirst = new();

    /// <summary>Remembers a refusal.</summary>
    public void Add(PeerId peer, string kind, RendezvousStatus status, string text)
    {
        lock (_lock)
        {
            if (_byPeer.TryGetValue(peer, out LinkedListNode<Entry>? node))
            {
                _oldestFirst.Remove(node);
            }
            else
            {
                if (_byPeer.Count == MaxPeers)
                {
                    _byPeer.Remove(_oldestFirst.First!.Value.Peer);
                    _oldestFirst.RemoveFirst();
                }

                node = new LinkedListNode<Entry>(new Entry(peer));
                _byPeer.Add(peer, node);
            }

            _oldestFirst.AddLast(node);
            node.Value.Add(new RecentRefusal(time.GetUtcNow(), kind, status, text));
        }
    }

    /// <summary>How many requests of a peer were refused since it is remembered, and the last of them, the newest first.</summary>
    public (long Total, IReadOnlyList<RecentRefusal> Last) Of(PeerId peer)
    {
        lock (_lock)
        {
            return _byPeer.TryGetValue(peer, out LinkedListNode<Entry>? node)
                ? (node.Value.Total, [.. node.Value.Last.Reverse()])
                : (0, []);
        }
    }

    private sealed class Entry(PeerId peer)
    {
        public PeerId Peer { get; } = peer;

        public long Total { get; private set; }

        public Queue<RecentRefusal> Last { get; } = new(MaxPerPeer);

        public void Add(RecentRefusal refusal)
        {
            Total++;
            if (Last.Count == MaxPerPeer)
            {
                Last.Dequeue();
            }

            Last.Enqueue(refusal);
        }
    }
}

/// <summary>A refusal.</summary>
/// <param name="At">When.</param>
/// <param name="Kind">What was asked for: register, discover, unregister.</param>
/// <param name="Status">The status that the peer got.</param>
/// <param name="Text">The text that it got.</param>
internal sealed record RecentRefusal(DateTimeOffset At, string Kind, RendezvousStatus Status, string Text);
