namespace RendezvousCluster.Core.Ownership;

internal abstract partial class JournalOwner<TCaller, TCommand, TQuery, TReply, TEvent, TSnapshot>
{
    private Guid _incarnation;

    // The first event, or the snapshot, that was found or written; null when what is written next begins the history.
    private long? _beginning;

    // Whether what is in memory is not what the journal gives: a snapshot has to say it.
    private bool _owesSnapshot;
    private long _owedFrom;
    private bool _isSavingOwed;

    /// <summary>What the journal lacks between its first event and its end; null when nothing is missing.</summary>
    public JournalHole? Hole { get; private set; }

    /// <summary>Takes a snapshot in, before any event.</summary>
    /// <exception cref="InvalidOperationException">It contradicts itself, or is not the first thing that is taken in.</exception>
    public void Recover(TSnapshot snapshot, long sequence)
    {
        if (_beginning is not null)
        {
            throw new InvalidOperationException("A snapshot comes before the events behind it.");
        }

        state.Restore(snapshot);
        LastSequence = sequence;
        _beginning = sequence;
        _compaction.RecoveredFrom(sequence, snapshot.PreviousSnapshot, snapshot.DeletedTo, port.Elapsed);
    }

    /// <summary>
    /// Takes an event of the journal in, in order, behind the snapshot if there is one. Behind a hole the state takes in what is right
    /// without the events that are missing.
    /// </summary>
    /// <exception cref="InvalidOperationException">The journal contradicts itself.</exception>
    public void Recover(TEvent @event, long sequence)
    {
        if (sequence <= LastSequence)
        {
            throw new InvalidOperationException($"Event {sequence} comes behind event {LastSequence}.");
        }

        if (state.BeginsAfresh(@event))
        {
            Hole = null;
        }
        else if (sequence != LastSequence + 1 && !(_beginning is null && state.MayBegin(@event)))
        {
            PassHole(sequence - 1);
        }

        state.Apply(@event);
        if (_beginning is null)
        {
            _compaction.BeginsBehind(sequence - 1);
        }

        LastSequence = sequence;
        _beginning ??= sequence;
    }

    /// <summary>The journal has been read to its end.</summary>
    /// <param name="incarnation">A number for this owner alone.</param>
    /// <param name="lastSequence">The last sequence number that was ever used, which may belong to an event that is deleted.</param>
    /// <param name="now">The time.</param>
    public void RecoveryCompleted(Guid incarnation, long lastSequence, DateTimeOffset now)
    {
        if (HoleMet is not null)
        {
            Hole = null; // what was in it was handed down
        }
        else if (_beginning is not null && lastSequence > LastSequence)
        {
            PassHole(lastSequence); // an owner has gone on from there, and what it knew was never saved
        }

        _incarnation = incarnation;
        _quietSince = port.Elapsed;
        LastSequence = Math.Max(LastSequence, lastSequence);
        _owesSnapshot = Hole is not null || HoleMet is not null;
        _owedFrom = LastSequence;
        state.Recovered(now);
        MoveTo(OwnerPhase.Unfenced);
    }

    /// <summary>
    /// The journal cannot be read to its end, or contradicts itself. This owner answers for it until it is asked to stop: with refusals, so
    /// that no caller waits in vain.
    /// </summary>
    public void RecoveryFailed() => MoveTo(OwnerPhase.Unreadable);

    private void PassHole(long to)
    {
        Hole = JournalHole.Add(Hole, LastSequence + 1, to);
        state.PassHole();
    }
}
