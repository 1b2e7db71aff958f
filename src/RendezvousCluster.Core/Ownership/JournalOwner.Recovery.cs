namespace RendezvousCluster.Core.Ownership;

internal abstract partial class JournalOwner<TCaller, TCommand, TQuery, TReply, TEvent, TSnapshot>
{
    private Guid _incarnation;

    // The first event, or the snapshot, that was found or written; null when what is written next begins the history.
    private long? _beginning;
    private string? _gap;

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
    /// Takes an event of the journal in, in order, behind the snapshot if there is one. Events behind a gap are passed over until one
    /// says that nothing before it counts.
    /// </summary>
    /// <exception cref="InvalidOperationException">The journal contradicts itself.</exception>
    public void Recover(TEvent @event, long sequence)
    {
        bool isAfresh = state.BeginsAfresh(@event);
        if (isAfresh)
        {
            _gap = null;
        }
        else if (_gap is not null || (sequence != LastSequence + 1 && state.EventsBuildOnEachOther))
        {
            _gap ??= $"Events {LastSequence + 1} to {sequence - 1} are gone, and no readable snapshot holds what they led to.";
            LastSequence = sequence;
            _beginning ??= sequence;
            return;
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
    /// <exception cref="InvalidOperationException">Something is missing; serving what is left would hide that.</exception>
    public void RecoveryCompleted(Guid incarnation, long lastSequence, DateTimeOffset now)
    {
        if (_gap is not null)
        {
            throw new InvalidOperationException(_gap);
        }

        _incarnation = incarnation;
        _quietSince = port.Elapsed;
        LastSequence = Math.Max(LastSequence, lastSequence);
        state.Recovered(now);
        MoveTo(OwnerPhase.Unfenced);
    }
}
