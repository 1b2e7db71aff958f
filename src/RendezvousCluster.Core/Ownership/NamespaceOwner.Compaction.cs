using RendezvousCluster.Core.Namespaces;

namespace RendezvousCluster.Core.Ownership;

internal sealed partial class NamespaceOwner<TCaller>
{
    private bool _reclaiming;
    private bool _savingLast;
    private bool _isKnownToBeOld;
    private long _reclaimedTo;
    private int _snapshotDeletions;

    /// <summary>
    /// When <see cref="Compact"/> has something to do without anything happening before; null when not. While a write is in flight it does nothing, and its
    /// end is what has to happen before: whoever asked at once again would ask for as long as the journal takes.
    /// </summary>
    public TimeSpan? CompactionDueIn => _stopping || IsWriting ? null : _compaction.DueIn(port.Elapsed);

    /// <summary>
    /// Whether the journal may be cleared: nothing in it counts any more, and its events are old enough for no other owner to need them for its fence.
    /// </summary>
    public bool IsReclaimable =>
        HasJournal && !_isBare && State is { IsEmpty: true } && !IsWriting && !_compaction.IsBusy && _snapshotDeletions == 0 && _announcing is null
        && ((_isKnownToBeOld && !_opened) || port.Elapsed - _quietSince >= _settings.FenceAge);

    /// <summary>Someone has looked: the newest event that was there before this owner is older than any registration lives.</summary>
    public void KnownToBeOld() => _isKnownToBeOld = true;

    /// <summary>
    /// Does the next step of keeping the journal short, if there is one, between two writes: then the state is that of <see cref="LastSequence"/>, for
    /// whoever runs this owner too.
    /// </summary>
    public void Compact()
    {
        if (_stopping || IsWriting)
        {
            return;
        }

        // A state that is ahead of its events is no snapshot of them; the next registration brings the events up to it.
        long snapshotTo = State is { IsAheadOfEvents: true } ? _compaction.NewestSnapshot : LastSequence;
        switch (_compaction.Next(snapshotTo, State?.Count ?? 0, port.Elapsed))
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
    public void SnapshotSaved(long sequence)
    {
        if (_compaction.SnapshotSaved(sequence, port.Elapsed) is var obsolete and > 0)
        {
            DeleteSnapshots(obsolete);
        }

        if (_savingLast)
        {
            End();
        }
        else
        {
            Compact();
        }
    }

    /// <summary>A snapshot could not be saved.</summary>
    public void SnapshotFailed()
    {
        _compaction.SnapshotFailed(port.Elapsed);
        if (_savingLast)
        {
            End();
        }
    }

    /// <summary>Snapshots are deleted, or nobody knows whether they are.</summary>
    public void SnapshotsDeleted(bool areKnownToBe)
    {
        _snapshotDeletions--;
        if (!_reclaiming)
        {
            return;
        }

        if (areKnownToBe)
        {
            DeleteNextSlice();
        }
        else
        {
            End();
        }
    }

    /// <summary>A slice of events is deleted.</summary>
    public void EventsDeleted()
    {
        if (_reclaiming)
        {
            _reclaimedTo = Math.Min(LastSequence, _reclaimedTo + _settings.MaxEventsPerDeletion);
            DeleteNextSlice();
        }
        else
        {
            _compaction.EventsDeleted(port.Elapsed);
            Compact();
        }
    }

    /// <summary>Nobody knows whether a slice of events is deleted.</summary>
    public void DeletionFailed()
    {
        if (_reclaiming)
        {
            End();
        }
        else
        {
            _compaction.DeletionFailed(port.Elapsed);
        }
    }

    /// <summary>
    /// Stops as <see cref="Stop"/> does, but tidies up first, as nobody waits: clears the journal if nothing in it counts any more, or takes a last snapshot if many
    /// events would have to be read without it.
    /// </summary>
    /// <remarks>
    /// First a <see cref="Opened"/> is written that says so. It proves that this is still the owner: another one's event would be in its place, and
    /// then nothing may be deleted. And it makes every later step one after which a crash does no harm: whatever is left of the events before it does not
    /// count. Snapshots go before events: one that outlived the events behind it would bring back what they took away.
    /// </remarks>
    public void StopTidily(DateTimeOffset now)
    {
        if (port.IsJournalAway)
        {
            Stop();
            return;
        }

        Sweep(now);
        if (!IsReclaimable)
        {
            StopAfterLastSnapshot();
            return;
        }

        _stopping = true;
        TellWaitingToRetry();
        _reclaiming = true;
        _reclaimedTo = _compaction.DeletedTo;
        _eventsInFlight = [new Opened(_incarnation, State!.Namespace, Fresh: true)];
        
        // An owner that does not trust itself may do this. If it was replaced it collides, or the row in its way is deleted: then so is all that it deletes.
        WriteNow();
    }

    private void StopAfterLastSnapshot()
    {
        _savingLast = !IsWriting && !_stopping && State is { IsEmpty: false, IsAheadOfEvents: false } && _compaction.TryBeginLast(LastSequence);
        if (!_savingLast)
        {
            Stop();
            return;
        }

        _stopping = true;
        TellWaitingToRetry();
        SaveSnapshot();
    }

    private void SaveSnapshot() => port.SaveSnapshot(State!.ToSnapshot(LastSequence, _compaction.NewestSnapshot, _compaction.DeletedTo));

    private void DeleteNextSlice()
    {
        if (_reclaimedTo < LastSequence)
        {
            port.DeleteEvents(Math.Min(LastSequence, _reclaimedTo + _settings.MaxEventsPerDeletion));
        }
        else
        {
            End();
        }
    }

    private void DeleteSnapshots(long upToSequence)
    {
        _snapshotDeletions++;
        port.DeleteSnapshots(upToSequence);
    }
}
