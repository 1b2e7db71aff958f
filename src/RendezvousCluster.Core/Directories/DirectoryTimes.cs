using RendezvousCluster.Core.Clocks;

namespace RendezvousCluster.Core.Directories;

/// <summary>
/// The times of the journal of a part of the directory, between the wall clock on disk and the steady clock of the process. A listing that
/// stands too long costs a walk one question; one that ends too early hides a namespace. So they are judged by the earliest time that the
/// wall clock meant since the process began; and until the process believes its clock none ends.
/// </summary>
internal sealed class DirectoryTimes : IJournalTimes<DirectoryEvent, DirectorySnapshot>
{
    /// <summary>No later look would make any end later.</summary>
    public bool AnyEstimated => false;

    /// <inheritdoc/>
    public DirectoryEvent ToJournal(DirectoryEvent @event, in ClockReading clock) =>
        @event is NamespaceListed listed && clock.Highest != TimeSpan.Zero ? ToDisk(listed, clock) : @event;

    /// <inheritdoc/>
    public DirectorySnapshot ToJournal(DirectorySnapshot snapshot, in ClockReading clock)
    {
        ClockReading reading = clock;
        return clock.Highest == TimeSpan.Zero
            ? snapshot
            : snapshot with { Entries = snapshot.Entries.ConvertAll(entry => ToDisk(entry, reading)) };
    }

    /// <summary>Listings are judged alike regardless of which process wrote them.</summary>
    public void PassHole()
    {
    }

    /// <inheritdoc/>
    public DirectoryEvent FromJournal(DirectoryEvent @event, in ClockReading clock) =>
        @event is NamespaceListed listed ? FromDisk(listed, clock) : @event;

    /// <inheritdoc/>
    public DirectorySnapshot FromJournal(DirectorySnapshot snapshot, in ClockReading clock)
    {
        ClockReading reading = clock;
        return snapshot with { Entries = snapshot.Entries.ConvertAll(entry => FromDisk(entry, reading)) };
    }

    private static NamespaceListed ToDisk(NamespaceListed listed, in ClockReading clock) =>
        listed with { UntilUnixMilliseconds = listed.UntilUnixMilliseconds + (long)clock.Highest.TotalMilliseconds };

    private static NamespaceListed FromDisk(NamespaceListed listed, in ClockReading clock)
    {
        long until = listed.UntilUnixMilliseconds - (long)clock.LowestEver.TotalMilliseconds;
        return listed with
        {
            UntilUnixMilliseconds = clock.IsBelieved ? until : Math.Max(until, clock.BelievesFrom.ToUnixTimeMilliseconds()),
        };
    }
}
