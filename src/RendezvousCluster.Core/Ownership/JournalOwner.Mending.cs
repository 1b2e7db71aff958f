namespace RendezvousCluster.Core.Ownership;

internal abstract partial class JournalOwner<TCaller, TCommand, TQuery, TReply, TEvent, TSnapshot>
{
    // The last row that the journal was found to have; null when it has, as far as is known, all that this owner knows.
    private long? _mendFrom;

    /// <summary>What the journal lacked when this owner wrote, the last time that it lacked something; null when it never did.</summary>
    public JournalHole? HoleMet { get; private set; }

    /// <summary>Whether it has heard that the journal lacks what it knows, and has not written that again yet.</summary>
    public bool KnowsMore => _mendFrom is not null || (_owesSnapshot && HoleMet is not null);

    /// <summary>
    /// All that is committed, for a successor that knows that there was no other owner in between; null when this owner is not fenced, so
    /// that there may be another one, unless it has inherited.
    /// </summary>
    /// <remarks>
    /// One that has not written again yet what it knows knows more than a journal that ends with its last row: with its fence, also when
    /// that is written only after it was given up.
    /// </remarks>
    public KeptMemory<TSnapshot>? Remember()
    {
        long sequence = !KnowsMore ? LastSequence
            : IsFenced ? LastSequence + 1
            : Math.Max(HoleMet?.To ?? 0, LastSequence + 2);
        return (IsFenced || KnowsMore) && state.IsNamed
            ? new KeptMemory<TSnapshot>(sequence, () => state.ToSnapshot(new SnapshotPlace(sequence, 0, _compaction.DeletedTo)))
            : null;
    }

    /// <summary>
    /// Takes over what the owner before knew, when the journal has been read and ends before that. To be called before
    /// <see cref="RecoveryCompleted"/>.
    /// </summary>
    /// <param name="memory">What the owner before knew.</param>
    /// <param name="lastSequence">As of <see cref="RecoveryCompleted"/>.</param>
    public void Inherit(KeptMemory<TSnapshot> memory, long lastSequence)
    {
        if (memory.Sequence > Math.Max(LastSequence, lastSequence))
        {
            HoleMet = new JournalHole(lastSequence + 1, memory.Sequence, memory.Sequence - lastSequence);
            state.Restore(memory.Take());
            _beginning ??= lastSequence;
        }
    }

    /// <summary>
    /// The database was away, or may have been: finds out whether it still has what this owner knows, by writing the fence anew. Nobody may
    /// ask for anything else for hours.
    /// </summary>
    public void Verify(DateTimeOffset now)
    {
        if (KnowsMore)
        {
            WriteFenceFirst(now);
        }
        else if (Phase == OwnerPhase.Serving && !port.IsJournalAway && !state.IsEmpty)
        {
            Write([state.Fence(_incarnation, afresh: false)], [], OwnerPhase.Writing, now);
        }
    }

    /// <summary>
    /// The journal has refused the write in flight, because the row before it is gone. Nothing of it is written, so what is in memory is
    /// still right, and nobody else knows it.
    /// </summary>
    /// <param name="found">The last row of the journal; 0 when the journal is empty.</param>
    /// <param name="isOwn">Whether this owner wrote that row.</param>
    /// <param name="usedUpTo">The numbers up to this one are used up: the next write comes behind it.</param>
    /// <exception cref="InvalidOperationException">No write is in flight.</exception>
    public void PredecessorMissing(long found, bool isOwn, long usedUpTo)
    {
        RequireWriteInFlight();
        TakeBatch().ForEach(each => port.RetryLater(each.Caller));
        if (Phase == OwnerPhase.ClearingFence || (found >= FencingToken && !isOwn))
        {
            // Nothing in it counted. Or another owner has written where only this one had: it went on from what was left, and is the owner.
            TellWaitingToRetry();
            End();
            return;
        }

        if (_beginning is not null)
        {
            // Otherwise what is gone is the mark of a journal that was cleared, and nothing counted that stood before it.
            HoleMet = new JournalHole(found + 1, LastSequence, LastSequence - found);
            _owesSnapshot = true;
            _owedFrom = usedUpTo;
            _isSavingOwed = false; // what is being saved now is older
        }

        _mendFrom = found;
        LastSequence = usedUpTo;
        Mend(Phase == OwnerPhase.Stopping ? OwnerPhase.StoppingMends : OwnerPhase.Mending);
    }

    /// <summary>The numbers up to that of this owner are taken: no other owner goes on from where the journal ended.</summary>
    public void Mended(DateTimeOffset now)
    {
        if (!Phase.IsMending())
        {
            return;
        }

        _mendFrom = null;
        _trustedSince = _writingSince;
        _compaction.SnapshotsMayBeLost();
        if (_owesSnapshot)
        {
            FencingToken ??= LastSequence;
            SaveOwed();
        }
        else
        {
            EndMending(now);
        }
    }

    /// <summary>Those numbers are not taken, or nobody knows whether they are.</summary>
    /// <param name="isReplaced">Whether another owner has gone on from where the journal ended.</param>
    /// <param name="found">The last row that there is, if that is another one than before.</param>
    public void MendFailed(bool isReplaced, long? found = null)
    {
        if (!Phase.IsMending())
        {
            return;
        }

        _mendFrom = found ?? _mendFrom;
        TellWaitingToRetry();
        if (isReplaced || Phase.IsStopping())
        {
            End();
        }
        else
        {
            Rest();
        }
    }

    // A state that was handed down is saved behind this owner's fence.
    private bool CanMend => KnowsMore && (IsFenced || _mendFrom is not null);

    // Tries what has failed before, when there is something to write again.
    private void Mend(OwnerPhase phase)
    {
        MoveTo(phase);
        _writingSince = port.Elapsed;
        if (_mendFrom is { } found)
        {
            port.Mend(found, LastSequence);
        }
        else
        {
            SaveOwed();
        }
    }

    // Something else was being saved or deleted, and had to end before.
    private void GoOnMending()
    {
        if (Phase.IsMending() && _mendFrom is null)
        {
            SaveOwed();
        }
    }

    private void SaveOwed()
    {
        if (_compaction.TryBeginOwed())
        {
            _isSavingOwed = true;
            SaveSnapshot();
        }
    }

    private void EndMending(DateTimeOffset now)
    {
        if (Phase.IsStopping())
        {
            End();
            return;
        }

        Rest();
        if (IsFenced)
        {
            AnswerWaitingReads(now);
        }

        WriteNextBatch(now);
    }

    private void Rest() => MoveTo(IsFenced ? OwnerPhase.Serving : OwnerPhase.Unfenced);
}
