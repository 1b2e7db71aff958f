namespace RendezvousCluster.Simulation.Invariants;

/// <summary>What a client that follows a namespace by its cookies has been told so far, and its cookie.</summary>
internal sealed class FollowedView(int peers)
{
    private readonly long[] _latest = InitialLatest(peers);
    private readonly Sighting[] _last = new Sighting[peers];
    private readonly int[] _told = new int[peers];

    public ulong Cookie { get; set; }

    /// <summary>Whether a request of it is under way: it sends one at a time.</summary>
    public bool IsReading { get; set; }

    /// <summary>It is told of a peer.</summary>
    /// <param name="peer">Which.</param>
    /// <param name="seen">What it is told.</param>
    /// <param name="latest">Until when the write that it is told of could take effect.</param>
    /// <returns>How often it has been told of that peer.</returns>
    public int Tell(int peer, Sighting seen, long latest)
    {
        _latest[peer] = Math.Max(_latest[peer], latest);
        _last[peer] = seen;
        return ++_told[peer];
    }

    /// <summary>
    /// Whether it has been told of a REGISTER, or of one after it. Or of the same record for at least as long: then there was nothing to
    /// tell.
    /// </summary>
    /// <param name="peer">Who registered.</param>
    /// <param name="write">The REGISTER.</param>
    /// <param name="skew">How far clocks may have been apart.</param>
    public bool Knows(int peer, RegistrationWrite write, long skew) =>
        _told[peer] > 0
        && (_latest[peer] >= write.Invoked - skew
            || (_last[peer].Version == write.Version && _last[peer].ExpiresTo >= write.Invoked + write.Ttl - skew));

    private static long[] InitialLatest(int peers)
    {
        long[] latest = new long[peers];
        Array.Fill(latest, long.MinValue);
        return latest;
    }
}
