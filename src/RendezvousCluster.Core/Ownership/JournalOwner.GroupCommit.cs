namespace RendezvousCluster.Core.Ownership;

// Request path, step 16: apply the events, then answer.
internal abstract partial class JournalOwner<TCaller, TCommand, TQuery, TReply, TEvent, TSnapshot>
{
    private readonly GroupCommitQueue<TCaller, TCommand> _queue = new(state.Dependence);

    private IReadOnlyList<TEvent> _eventsInFlight = [];
    private List<Decided> _decidedInFlight = [];

    /// <summary>Whether a write is in flight, or decided and about to be.</summary>
    public bool IsWriting => Phase.IsWriteInFlight() || Phase.IsPermitAwaited();

    /// <summary>The write in flight is in the journal.</summary>
    /// <exception cref="InvalidOperationException">No write is in flight.</exception>
    public void Committed(DateTimeOffset now)
    {
        RequireWriteInFlight();
        TakeIn(_eventsInFlight);
        List<Decided> decided = TakeBatch();
        switch (Phase)
        {
            case OwnerPhase.ClearingFence:
                MoveTo(OwnerPhase.Clearing);
                DeleteSnapshots(LastSequence);
                break;
            case OwnerPhase.Stopping:
                Answer(decided);
                End();
                break;
            default:
                MoveTo(OwnerPhase.Serving);
                Answer(decided);
                AnswerWaitingReads(now);
                if (KnowsMore)
                {
                    Mend(OwnerPhase.Mending); // the fence is written; now what was handed down
                    break;
                }

                Compact();
                WriteNextBatch(now);
                break;
        }
    }

    /// <summary>Nobody knows whether the write in flight is, or will be, in the journal.</summary>
    /// <exception cref="InvalidOperationException">No write is in flight.</exception>
    public void WriteFailed()
    {
        RequireWriteInFlight();
        Abandon();
    }

    /// <summary>What <see cref="IWritePermit{TEvent}"/> asked for may hold now.</summary>
    public void PermitGranted(DateTimeOffset now)
    {
        if (!Phase.IsPermitAwaited())
        {
            return;
        }

        if (port.IsJournalAway)
        {
            GiveUpBatch(now, RefusalReason.JournalAway);
        }
        else if (permit!.IsGranted(_eventsInFlight, now))
        {
            WriteIfTrusted(Phase == OwnerPhase.AwaitingPermit ? OwnerPhase.Writing : OwnerPhase.Stopping);
        }
    }

    /// <summary>What was asked for will not hold.</summary>
    public void PermitRefused(DateTimeOffset now) => GiveUpBatch(now, RefusalReason.NotPermitted);

    /// <summary>Nobody answered who could grant the permit. If it was only asked for in good time, nothing needs to be done.</summary>
    public void PermitFailed(DateTimeOffset now) => GiveUpBatch(now, reason: null);

    private void Enqueue(TCaller caller, TCommand command, DateTimeOffset now)
    {
        if (Phase.IsStopping())
        {
            port.RetryLater(caller);
        }
        else if (IsShutOut)
        {
            Reply(caller, state.Refuse(command, RefusalReason.JournalAway));
        }
        else if (!_queue.TryEnqueue(caller, command))
        {
            Reply(caller, state.Refuse(command, RefusalReason.QueueFull));
        }
        else if (Phase.IsAtRest())
        {
            WriteNextBatch(now);
        }
    }

    private void WriteNextBatch(DateTimeOffset now)
    {
        while (_queue.TakeBatch() is { Count: > 0 } batch)
        {
            List<TEvent> events = Decide(batch, now, out List<Decided> decided);
            if (decided.Count == 0)
            {
                continue;
            }

            if (!port.IsJournalAway)
            {
                WriteOrProve(events, decided, now);
                return;
            }

            decided.ForEach(each => Reply(each.Caller, state.Refuse(each.Command, RefusalReason.JournalAway)));
        }
    }

    private List<TEvent> Decide(List<(TCaller Caller, TCommand Command)> batch, DateTimeOffset now, out List<Decided> decided)
    {
        var events = new List<TEvent>(batch.Count + 1);
        decided = new List<Decided>(batch.Count);
        state.BeginBatch(now);
        foreach ((TCaller caller, TCommand command) in batch)
        {
            (TEvent? @event, TReply reply, bool mustBeProved) = state.Decide(command, now);
            if (@event is not null)
            {
                events.Add(@event);
            }

            if (@event is not null || mustBeProved)
            {
                decided.Add(new Decided(caller, command, reply));
            }
            else
            {
                port.Reply(caller, reply);
            }
        }

        if (events.Count > 0 && !IsFenced)
        {
            events.Insert(0, state.Fence(_incarnation, afresh: _beginning is null));
        }

        return events;
    }

    private void Write(IReadOnlyList<TEvent> events, List<Decided> decided, OwnerPhase phase, DateTimeOffset now)
    {
        if (CanMend)
        {
            decided.ForEach(each => port.RetryLater(each.Caller));
            Mend(OwnerPhase.Mending);
            return;
        }

        _eventsInFlight = events;
        _decidedInFlight = decided;
        if (permit is null || permit.IsGranted(events, now))
        {
            WriteIfTrusted(phase);
        }
        else
        {
            MoveTo(OwnerPhase.AwaitingPermit);
        }
    }

    private void WriteIfTrusted(OwnerPhase phase)
    {
        if (!IsTrusted)
        {
            Abandon(); // not even tried: the next owner knows more
            return;
        }

        MoveTo(phase);
        HandToJournal();
    }

    private void HandToJournal()
    {
        _writingSince = port.Elapsed;
        port.Write(_eventsInFlight);
    }

    private void TakeIn(IReadOnlyList<TEvent> events)
    {
        for (int i = 0; i < events.Count; i++)
        {
            state.Apply(events[i]);
        }

        FencingToken ??= LastSequence + 1;
        _beginning ??= LastSequence + 1;
        LastSequence += events.Count;
        _trustedSince = _writingSince;
        _quietSince = port.Elapsed;
    }

    // It has not gone to the journal, so what becomes of it is known: nothing.
    private void GiveUpBatch(DateTimeOffset now, RefusalReason? reason)
    {
        if (!Phase.IsPermitAwaited())
        {
            return;
        }

        bool isStopping = Phase.IsStopping();
        List<Decided> decided = TakeBatch();
        if (!isStopping)
        {
            MoveTo(IsFenced ? OwnerPhase.Serving : OwnerPhase.Unfenced);
        }

        decided.ForEach(each => Reply(each.Caller, reason is { } why ? state.Refuse(each.Command, why) : null));
        if (isStopping)
        {
            End();
        }
        else
        {
            WriteNextBatch(now);
        }
    }

    private List<Decided> TakeBatch()
    {
        List<Decided> decided = _decidedInFlight;
        _eventsInFlight = [];
        _decidedInFlight = [];
        return decided;
    }

    private void Answer(List<Decided> decided) => decided.ForEach(each => port.Reply(each.Caller, each.Reply));

    private void TellWaitingToRetry()
    {
        _queue.TakeCallers().ForEach(port.RetryLater);
        _waitingReads.ForEach(waiting => port.RetryLater(waiting.Caller));
        _waitingReads.Clear();
    }

    private void RequireWriteInFlight()
    {
        if (!Phase.IsWriteInFlight())
        {
            throw new InvalidOperationException($"No write is in flight; the owner is {Phase}.");
        }
    }

    /// <summary>A command of the batch in flight, and what its caller gets once that is committed.</summary>
    private readonly record struct Decided(TCaller Caller, TCommand Command, TReply Reply);
}
