namespace RendezvousCluster.Core.Ownership;

internal abstract partial class JournalOwner<TCaller, TCommand, TQuery, TReply, TEvent, TSnapshot>
{
    private TimeSpan _quietSince = port.Elapsed;
    private long _clearedTo;
    private int _snapshotDeletions;

    /// <summary>
    /// Whether the journal may be cleared: nothing in it counts any more, and its events are old enough for no other owner to need them
    /// for its fence.
    /// </summary>
    public bool IsReclaimable =>
        HasJournal && _beginning is not null && state is { IsEmpty: true, IsNamed: true }
        && Phase.IsAtRest() && !_compaction.IsBusy && _snapshotDeletions == 0
        && permit is not { IsAsking: true } && port.Elapsed - _quietSince >= _settings.FenceAge;

    /// <summary>Somebody has looked: the newest event that was there before this owner is older than anything in it counts.</summary>
    public void KnownToBeOld()
    {
        if (!IsFenced)
        {
            _quietSince = port.Elapsed - _settings.FenceAge;
        }
    }

    /// <summary>
    /// Stops as <see cref="Stop"/> does, but tidies up first, as nobody waits: clears the journal if nothing in it counts any more, or
    /// takes a last snapshot if many events would have to be read without it.
    /// </summary>
    /// <remarks>
    /// First a fence is written that says so. It proves that this is still the owner: another one's event would be in its place, and then
    /// nothing may be deleted. And it makes every later step one after which a crash does no harm: what is left of the events before it
    /// does not count. Snapshots go before events: one that outlived the events behind it would bring back what they took away.
    /// </remarks>
    public void StopTidily(DateTimeOffset now)
    {
        if (port.IsJournalAway || CanMend || !Phase.IsAtRest())
        {
            Stop();
            return;
        }

        state.Sweep(now);
        if (IsReclaimable)
        {
            Clear();
        }
        else if (state is { IsEmpty: false, IsNamed: true } && _compaction.TryBeginLast(LastSequence))
        {
            MoveTo(OwnerPhase.SavingLast);
            TellWaitingToRetry();
            SaveSnapshot();
        }
        else
        {
            Stop();
        }
    }

    // An owner that does not trust itself may do this. If it was replaced it collides, or the row in its way is deleted: then so is all
    // that it deletes.
    private void Clear()
    {
        MoveTo(OwnerPhase.ClearingFence);
        TellWaitingToRetry();
        _clearedTo = _compaction.DeletedTo;
        _eventsInFlight = [state.Fence(_incarnation, afresh: true)];
        HandToJournal();
    }

    private void ClearNextSlice()
    {
        if (_clearedTo < LastSequence)
        {
            port.DeleteEvents(Math.Min(LastSequence, _clearedTo + _settings.MaxEventsPerDeletion));
        }
        else
        {
            End();
        }
    }
}
