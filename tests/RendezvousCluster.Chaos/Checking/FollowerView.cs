namespace RendezvousCluster.Chaos.Checking;

/// <summary>What a client that follows a namespace by its cookies has been told so far.</summary>
internal sealed class FollowerView
{
    private readonly Dictionary<int, Told> _told = [];

    /// <summary>It is told of a peer.</summary>
    /// <param name="peer">Which.</param>
    /// <param name="seen">What it is told.</param>
    /// <param name="latest">Until when the write that it is told of could take effect.</param>
    /// <returns>How often it has been told of that peer.</returns>
    public int Tell(int peer, Sighting seen, long latest)
    {
        Told before = _told.GetValueOrDefault(peer, new Told(long.MinValue, seen, 0));
        _told[peer] = new Told(Math.Max(before.Latest, latest), seen, before.Times + 1);
        return before.Times + 1;
    }

    /// <summary>
    /// Whether it has been told of a REGISTER, or of one after it. Or of the same record for at least as long: then there was nothing to
    /// tell.
    /// </summary>
    /// <param name="known">The REGISTER.</param>
    /// <param name="now">When the follower came to the end.</param>
    public bool Knows(KnownWrite known, long now) =>
        _told.TryGetValue(known.Write.Peer, out Told told)
        && (told.Latest >= known.Write.Invoked
            || (told.Last.Version == known.Write.Version && told.Last.ExpiresTo >= known.ExpiresFrom(now)));

    private readonly record struct Told(long Latest, Sighting Last, int Times);
}
