namespace RendezvousCluster.Chaos.Checking;

/// <summary>The registrations that a client that follows a namespace by its cookies has received so far.</summary>
internal sealed class FollowerView
{
    private readonly Dictionary<int, Received> _received = [];

    /// <summary>The client receives a registration.</summary>
    /// <param name="peer">The peer that is registered.</param>
    /// <param name="seen">The registration.</param>
    /// <param name="latest">Until when the write that the client sees by it could take effect.</param>
    /// <returns>How often the client has received that peer.</returns>
    public int Receive(int peer, Sighting seen, long latest)
    {
        Received before = _received.GetValueOrDefault(peer, new Received(long.MinValue, seen, 0));
        _received[peer] = new Received(Math.Max(before.Latest, latest), seen, before.Times + 1);
        return before.Times + 1;
    }

    /// <summary>
    /// Whether the client has received what a REGISTER wrote, or one after it. Or the same record for at least as long: then the REGISTER
    /// changed nothing that the client has to receive.
    /// </summary>
    /// <param name="known">The REGISTER.</param>
    /// <param name="now">When the follower came to the end.</param>
    public bool Knows(KnownWrite known, long now) =>
        _received.TryGetValue(known.Write.Peer, out Received received)
        && (received.Latest >= known.Write.Invoked
            || (received.Last.Version == known.Write.Version && received.Last.ExpiresTo >= known.ExpiresFrom(now)));

    private readonly record struct Received(long Latest, Sighting Last, int Times);
}
