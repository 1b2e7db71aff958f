namespace RendezvousCluster.Simulation.Invariants;

/// <summary>The registrations that a client that follows a namespace by its cookies has received so far, and its cookie.</summary>
internal sealed class FollowedView(int peers)
{
    private readonly long[] _latest = InitialLatest(peers);
    private readonly Sighting[] _last = new Sighting[peers];
    private readonly int[] _times = new int[peers];

    public ulong Cookie { get; set; }

    /// <summary>Whether a request of it is under way: it sends one at a time.</summary>
    public bool IsReading { get; set; }

    /// <summary>The client receives a registration.</summary>
    /// <param name="peer">The peer that is registered.</param>
    /// <param name="seen">The registration.</param>
    /// <param name="latest">Until when the write that the client sees by it could take effect.</param>
    /// <returns>How often the client has received that peer.</returns>
    public int Receive(int peer, Sighting seen, long latest)
    {
        _latest[peer] = Math.Max(_latest[peer], latest);
        _last[peer] = seen;
        return ++_times[peer];
    }

    /// <summary>
    /// Whether the client has received what a REGISTER wrote, or one after it. Or the same record for at least as long: then the REGISTER
    /// changed nothing that the client has to receive.
    /// </summary>
    /// <param name="peer">Who registered.</param>
    /// <param name="write">The REGISTER.</param>
    /// <param name="skew">How far clocks may have been apart.</param>
    public bool Knows(int peer, RegistrationWrite write, long skew) =>
        _times[peer] > 0
        && (_latest[peer] >= write.Invoked - skew
            || (_last[peer].Version == write.Version && _last[peer].ExpiresTo >= write.Invoked + write.Ttl - skew));

    private static long[] InitialLatest(int peers)
    {
        long[] latest = new long[peers];
        Array.Fill(latest, long.MinValue);
        return latest;
    }
}
