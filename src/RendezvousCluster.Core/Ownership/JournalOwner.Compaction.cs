namespace RendezvousCluster.Core.Ownership;

internal abstract partial class JournalOwner<TCaller, TCommand, TQuery, TReply, TEvent, TSnapshot>
{
    /// <summary>
    /// When <see cref="CompactionDue"/> has something to do without anything happening before; null when not. While a write is in flight
    /// it does nothing, and its end is what has to happen before: a caller that asked at once again would ask for as long as the journal
    /// takes.
    /// </summary>
    public TimeSpan? CompactionDueIn
    {
        get
        {
            TimeSpan? due = Phase.IsAtRest() ? _compaction.DueIn(port.Elapsed) : null;
            TimeSpan renewal = _trustedSince + _settings.RenewalAge - port.Elapsed;
            return due > renewal && IsWorthRenewing ? (renewal > TimeSpan.Zero ? renewal : TimeSpan.Zero) : due;
        }
    }

    /// <summary>
    /// The time is up that <see cref="CompactionDueIn"/> named. An owner that waits for events to become old enough to be deleted renews
    /// its fence meanwhile. Otherwise one that is asked for something every six minutes would never delete any: with the first question
    /// after <see cref="CompactionSettings.TrustAge"/> it would make way for another one, which counts the age of the events anew.
    /// </summary>
    public void CompactionDue(DateTimeOffset now)
    {
        Compact();
        if (Phase.IsAtRest() && _compaction.DueIn(port.Elapsed) is not null && IsWorthRenewing)
        {
            RenewFence(now);
        }
    }

    /// <summary>
    /// Does the next step of keeping the journal short, if there is one, between two writes: then the state is that of
    /// <see cref="LastSequence"/>, for the port too.
    /// </summary>
    public void Compact()
    {
        if (!Phase.IsAtRest())
        {
            return;
        }

        if (_owesSnapshot && IsFenced && !_compaction.IsPausing(port.Elapsed))
        {
            SaveOwed();
            return;
        }

        switch (_compaction.Next(LastSequence, state.Count, port.Elapsed))
        {
            case CompactionStep.SaveSnapshot:
                SaveSnapshot();
                break;
            case CompactionStep.DeleteEvents:
                port.DeleteEvents(_compaction.DeleteTo);
                break;
        }
    }

    /// <summary>A snapshot is on disk.</summary>
    /// <param name="sequence">The last event that is in it.</param>
    /// <param name="now">The time.</param>
    public void SnapshotSaved(long sequence, DateTimeOffset now)
    {
        _owesSnapshot &= sequence < _owedFrom;
        _isSavingOwed = false;
        if (_compaction.SnapshotSaved(sequence, port.Elapsed) is var obsolete and > 0)
        {
            DeleteSnapshots(obsolete);
        }

        if (Phase == OwnerPhase.SavingLast)
        {
            End();
        }
        else if (!Phase.IsMending())
        {
            Compact();
        }
        else if (_owesSnapshot)
        {
            GoOnMending();
        }
        else
        {
            EndMending(now);
        }
    }

    /// <summary>A snapshot could not be saved.</summary>
    public void SnapshotFailed()
    {
        _compaction.SnapshotFailed(port.Elapsed);
        bool wasOwed = _isSavingOwed;
        _isSavingOwed = false;
        if (Phase == OwnerPhase.SavingLast)
        {
            End();
        }
        else if (wasOwed)
        {
            MendFailed(isReplaced: false);
        }
        else
        {
            GoOnMending();
        }
    }

    /// <summary>Snapshots are deleted, or nobody knows whether they are.</summary>
    public void SnapshotsDeleted(bool areKnownToBe)
    {
        _snapshotDeletions--;
        if (Phase != OwnerPhase.Clearing)
        {
            return;
        }

        if (areKnownToBe)
        {
            ClearNextSlice();
        }
        else
        {
            End();
        }
    }

    /// <summary>A slice of events is deleted.</summary>
    public void EventsDeleted()
    {
        if (Phase == OwnerPhase.Clearing)
        {
            _clearedTo = Math.Min(LastSequence, _clearedTo + _settings.MaxEventsPerDeletion);
            ClearNextSlice();
        }
        else if (Phase != OwnerPhase.Ended)
        {
            _compaction.EventsDeleted(port.Elapsed);
            Compact();
            GoOnMending();
        }
    }

    /// <summary>Nobody knows whether a slice of events is deleted.</summary>
    public void DeletionFailed()
    {
        if (Phase == OwnerPhase.Clearing)
        {
            End();
        }
        else if (Phase != OwnerPhase.Ended)
        {
            _compaction.DeletionFailed(port.Elapsed);
            GoOnMending();
        }
    }

    private void SaveSnapshot() => port.SaveSnapshot(
        LastSequence, state.ToSnapshot(new SnapshotPlace(LastSequence, _compaction.NewestSnapshot, _compaction.DeletedTo)));

    private void DeleteSnapshots(long upToSequence)
    {
        _snapshotDeletions++;
        port.DeleteSnapshots(upToSequence);
    }
}
