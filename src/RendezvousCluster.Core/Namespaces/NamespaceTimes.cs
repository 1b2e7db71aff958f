using RendezvousCluster.Core.Clocks;

namespace RendezvousCluster.Core.Namespaces;

/// <summary>The times of a namespace's journal, between the wall clock on disk and the steady clock of the process.</summary>
/// <remarks>
/// <para><b>Rows of this process</b> come back as they were. An <see cref="Opened"/> or a snapshot says which process wrote what follows,
/// and each event by how much its times on disk are ahead of that process' steady clock.
/// </para>
/// <para><b>Rows of another process</b> give an estimate: its wall clock and this one's may differ, and either may have been set
/// meanwhile. It is judged by the earliest time that this wall clock may mean. Nothing was registered later than now, so a registration
/// from the future was made now: it lives no longer than was granted, from now on, and no command that comes later is older than the one
/// that made it.
/// </para>
/// <para>
/// An estimate stays one when it goes to a snapshot and comes back: the next look may be a better one. A refresh ends it.
/// </para>
/// </remarks>
/// <param name="longestWait">For how long a caller may wait at most: no deadline is further ahead.</param>
internal sealed class NamespaceTimes(TimeSpan longestWait) : IJournalTimes<NamespaceEvent, NamespaceSnapshot>
{
    // The process whose rows are being read.
    private Guid _run;

    /// <inheritdoc/>
    public bool AnyEstimated { get; private set; }

    /// <inheritdoc/>
    public NamespaceEvent ToJournal(NamespaceEvent @event, in ClockReading clock)
    {
        long offset = (long)clock.Highest.TotalMilliseconds;
        return @event is Opened opened ? opened with { Run = clock.Run }
            : offset == 0 ? @event
            : @event with { ClockOffsetMilliseconds = offset };
    }

    /// <inheritdoc/>
    public NamespaceSnapshot ToJournal(NamespaceSnapshot snapshot, in ClockReading clock) =>
        snapshot with { Run = clock.Run, ClockOffsetMilliseconds = (long)clock.Highest.TotalMilliseconds };

    /// <inheritdoc/>
    public void PassHole() => _run = Guid.Empty;

    /// <inheritdoc/>
    public NamespaceEvent FromJournal(NamespaceEvent @event, in ClockReading clock)
    {
        if (@event is Opened opened)
        {
            _run = opened.Run;
            return @event;
        }

        if (_run == clock.Run)
        {
            return @event;
        }

        long ahead = Ahead(@event.ClockOffsetMilliseconds, clock);
        switch (@event)
        {
            case Registered registered:
                return registered with { Registration = Estimate(registered.Registration, ahead, clock) };
            case Refreshed refreshed:
                AnyEstimated = true;
                return refreshed with
                {
                    RegisteredAtUnixMilliseconds = Math.Min(
                        refreshed.RegisteredAtUnixMilliseconds + ahead, clock.Now.ToUnixTimeMilliseconds()),
                    DeadlineUnixMilliseconds = Deadline(refreshed.DeadlineUnixMilliseconds + ahead, clock),
                    IsEstimated = true,
                };
            case Unregistered unregistered:
                return unregistered with { DeadlineUnixMilliseconds = Deadline(unregistered.DeadlineUnixMilliseconds + ahead, clock) };
            default:
                return @event;
        }
    }

    /// <inheritdoc/>
    public NamespaceSnapshot FromJournal(NamespaceSnapshot snapshot, in ClockReading clock)
    {
        _run = snapshot.Run;
        long ahead = Ahead(snapshot.ClockOffsetMilliseconds, clock);
        bool isOwn = _run == clock.Run;
        var registrations = new StoredRegistration[snapshot.Registrations.Count];
        for (int i = 0; i < registrations.Length; i++)
        {
            StoredRegistration stored = snapshot.Registrations[i];
            registrations[i] = isOwn && !stored.IsEstimated ? stored : Estimate(stored, ahead, clock);
        }

        var unregistered = new (Libp2p.Identity.PeerId Peer, long DeadlineUnixMilliseconds)[snapshot.Unregistered.Count];
        for (int i = 0; i < unregistered.Length; i++)
        {
            (Libp2p.Identity.PeerId peer, long deadline) = snapshot.Unregistered[i];
            unregistered[i] = (peer, isOwn ? deadline : Deadline(deadline + ahead, clock));
        }

        return snapshot with { Registrations = registrations, Unregistered = unregistered };
    }

    // By how much this process' steady clock is ahead of the writer's, at most.
    private static long Ahead(long clockOffset, in ClockReading clock) => clockOffset - (long)clock.Lowest.TotalMilliseconds;

    private StoredRegistration Estimate(StoredRegistration stored, long ahead, in ClockReading clock)
    {
        AnyEstimated = true;
        long latestExpiry = clock.Now.ToUnixTimeMilliseconds() + (stored.TtlSeconds * 1000L);
        return stored.Refresh(
            stored.Revision,
            Math.Min(stored.ExpiresAtUnixMilliseconds + ahead, latestExpiry),
            Deadline(stored.DeadlineUnixMilliseconds + ahead, clock),
            stored.TtlSeconds,
            isEstimated: true);
    }

    private long Deadline(long deadline, in ClockReading clock) =>
        Math.Min(deadline, (clock.Now + longestWait).ToUnixTimeMilliseconds());
}
