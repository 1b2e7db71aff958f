namespace RendezvousCluster.Core.Clocks;

/// <summary>
/// Translates what stands in a journal between the steady clock of a process and the wall clock. Pure but for remembering, while a
/// journal is read, whose event was the last.
/// </summary>
/// <typeparam name="TEvent">What stands in the journal.</typeparam>
/// <typeparam name="TSnapshot">What takes the place of events.</typeparam>
internal interface IJournalTimes<TEvent, TSnapshot>
{
    /// <summary>Whether any time that was read is an estimate: it was written by another process.</summary>
    bool AnyEstimated { get; }

    /// <summary>The event as it goes to the journal.</summary>
    TEvent ToJournal(TEvent @event, in ClockReading clock);

    /// <summary>The snapshot as it goes to the store.</summary>
    TSnapshot ToJournal(TSnapshot snapshot, in ClockReading clock);

    /// <summary>Events are missing before the next one, perhaps the one that says which process wrote it.</summary>
    void PassHole();

    /// <summary>An event of the journal, in order.</summary>
    TEvent FromJournal(TEvent @event, in ClockReading clock);

    /// <summary>The snapshot that the journal is read from.</summary>
    TSnapshot FromJournal(TSnapshot snapshot, in ClockReading clock);
}
