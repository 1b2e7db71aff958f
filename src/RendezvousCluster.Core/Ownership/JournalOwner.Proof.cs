namespace RendezvousCluster.Core.Ownership;

internal abstract partial class JournalOwner<TCaller, TCommand, TQuery, TReply, TEvent, TSnapshot>
{
    /// <summary>The journal was asked for its end.</summary>
    /// <param name="seen">What it said.</param>
    /// <param name="now">The time.</param>
    public void EndSeen(JournalEndSeen seen, DateTimeOffset now)
    {
        if (Phase != OwnerPhase.Proving)
        {
            return;
        }

        if (seen == JournalEndSeen.Replaced || (seen == JournalEndSeen.RowsLost && !IsFenced))
        {
            Abandon(); // without a fence nothing is in memory that the next owner does not read
            return;
        }

        List<Decided> decided = TakeBatch();
        Rest();
        switch (seen)
        {
            case JournalEndSeen.AsKnown:
                Answer(decided);
                break;
            case JournalEndSeen.RowsLost:
                // A write finds out the same, and what to do then.
                decided.ForEach(each => port.RetryLater(each.Caller));
                Write([state.Fence(_incarnation, afresh: false)], [], OwnerPhase.Writing, now);
                return;
            default:
                decided.ForEach(each => port.RetryLater(each.Caller));
                break;
        }

        Compact();
        WriteNextBatch(now);
    }

    // One whose fence is to be renewed soon anyway does that: a write proves as much, and the trust does not end meanwhile.
    private void WriteOrProve(List<TEvent> events, List<Decided> decided, DateTimeOffset now)
    {
        if (events.Count == 0 && IsFenced && IsDueForRenewal && !state.IsEmpty)
        {
            events.Add(state.Fence(_incarnation, afresh: false));
        }

        if (events.Count > 0 || CanMend)
        {
            Write(events, decided, OwnerPhase.Writing, now);
        }
        else if (!IsTrusted)
        {
            _decidedInFlight = decided;
            Abandon(); // the next owner knows more
        }
        else
        {
            _decidedInFlight = decided;
            MoveTo(OwnerPhase.Proving);
            port.LookAtEnd(LastSequence, isOwn: IsFenced);
        }
    }
}
