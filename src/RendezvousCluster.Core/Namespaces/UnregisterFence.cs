using RendezvousCluster.Libp2p.Identity;

namespace RendezvousCluster.Core.Namespaces;

/// <summary>
/// The peers that unregistered a moment ago. A REGISTER may be sent more than once, and a copy that was held up on the way may arrive after
/// the peer's UNREGISTER: it would bring back what the peer took away. The copy carries an earlier deadline than the UNREGISTER, so the
/// fence remembers the deadline of the UNREGISTER until it is over; from then on the owner drops the copy, whose own deadline has passed as
/// well, without this.
/// </summary>
internal sealed class UnregisterFence
{
    /// <summary>
    /// At most this many are remembered; then the oldest is forgotten first. It takes more than 3 000 UNREGISTERs a second in one
    /// namespace, for a whole deadline of five seconds, to reach it.
    /// </summary>
    internal const int MaxEntries = 16_384;

    private readonly Dictionary<PeerId, long> _deadlines = [];
    private readonly Queue<(PeerId Peer, long Deadline)> _order = new();

    /// <summary>How many are remembered.</summary>
    public int Count => _deadlines.Count;

    /// <summary>What is remembered, the oldest first.</summary>
    public IEnumerable<(PeerId Peer, long Deadline)> Entries => _order;

    /// <summary>Remembers an UNREGISTER.</summary>
    public void Add(PeerId peer, long deadlineUnixMilliseconds)
    {
        _deadlines[peer] = deadlineUnixMilliseconds;
        _order.Enqueue((peer, deadlineUnixMilliseconds));
        if (_order.Count > MaxEntries)
        {
            ForgetOldest();
        }
    }

    /// <summary>Whether a REGISTER with this deadline is older than the peer's last UNREGISTER.</summary>
    public bool Stops(PeerId peer, long deadlineUnixMilliseconds) =>
        _deadlines.TryGetValue(peer, out long unregister) && deadlineUnixMilliseconds < unregister;

    /// <summary>Forgets what can stop nothing any more.</summary>
    public void ForgetPassed(DateTimeOffset now)
    {
        while (_order.TryPeek(out (PeerId Peer, long Deadline) oldest) && oldest.Deadline < now.ToUnixTimeMilliseconds())
        {
            ForgetOldest();
        }
    }

    private void ForgetOldest()
    {
        (PeerId peer, long deadline) = _order.Dequeue();
        if (_deadlines.TryGetValue(peer, out long current) && current == deadline)
        {
            _deadlines.Remove(peer);
        }
    }
}
