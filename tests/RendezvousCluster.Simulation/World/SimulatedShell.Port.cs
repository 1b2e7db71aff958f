using RendezvousCluster.Core.Clocks;
using RendezvousCluster.Core.Ownership;
using RendezvousCluster.Simulation.Plans;

namespace RendezvousCluster.Simulation.World;

internal abstract partial class SimulatedShell<TCommand, TQuery, TReply, TEvent, TSnapshot> : IOwnerPort<Ask, TReply, TEvent, TSnapshot>
{
    private bool _isWriting;
    private bool _isReplaced;
    private long _journalSequence;
    private IReadOnlyList<TEvent> _written = [];
    private IReadOnlyList<TEvent> _heldBack = [];

    /// <summary>Whether an owner that has stopped keeps its place; for flaws.</summary>
    protected virtual bool StaysWhenStopped => false;

    /// <summary>Whether an owner hears of success when its write failed; for flaws.</summary>
    protected virtual bool TakesFailureForSuccess => false;

    TimeSpan IOwnerPort<Ask, TReply, TEvent, TSnapshot>.Elapsed => TimeSpan.FromMilliseconds(Node.Elapsed);

    bool IOwnerPort<Ask, TReply, TEvent, TSnapshot>.IsJournalAway => false;

    bool IOwnerPort<Ask, TReply, TEvent, TSnapshot>.IsUndisputed => true;

    void IOwnerPort<Ask, TReply, TEvent, TSnapshot>.Reply(Ask caller, TReply reply) => Answer(caller, Replying(caller, reply));

    void IOwnerPort<Ask, TReply, TEvent, TSnapshot>.RetryLater(Ask caller) => Answer(caller, null);

    void IOwnerPort<Ask, TReply, TEvent, TSnapshot>.Write(IReadOnlyList<TEvent> events)
    {
        if (IsGone || Cluster.Triggers.Reached(FaultKind.CrashBeforeWrite, Node))
        {
            return;
        }

        _isWriting = true;
        if (IsHeldBack(events))
        {
            _heldBack = events;
            Later(0, Commit);
            return;
        }

        ClockReading clock = Node.LookAtClocks();
        _written = [.. _heldBack, .. Writing(events).Select(@event => Times is null ? @event : Times.ToJournal(@event, clock))];
        _heldBack = [];
        _journal.Write(this, _journalSequence + 1, _written);
    }

    void IOwnerPort<Ask, TReply, TEvent, TSnapshot>.Stop()
    {
        if (StaysWhenStopped || IsGone)
        {
            return;
        }

        Cluster.Trace?.Invoke($"{Label}: owner {Writer} stops");
        Leave();
    }

    /// <inheritdoc/>
    public override void WriteCommitted()
    {
        if (!IsGone && _isWriting)
        {
            _journalSequence += _written.Count;
            Commit();
        }
    }

    /// <inheritdoc/>
    public override void WriteFailed()
    {
        if (IsGone || !_isWriting)
        {
            return;
        }

        if (TakesFailureForSuccess)
        {
            Commit();
            return;
        }

        _isWriting = false;
        Cluster.Trace?.Invoke($"{Label}: owner {Writer} hears that its write failed");
        KeepMemory();
        Cluster.Guard(Entity, Owner.WriteFailed);
    }

    /// <inheritdoc/>
    public override void WriteCollided()
    {
        _isReplaced = true;
        WriteFailed();
    }

    /// <inheritdoc/>
    public override bool Knows(long sequence) =>
        !IsRecovering && (_isWriting ? _journalSequence + _written.Count : _journalSequence) >= sequence;

    /// <inheritdoc/>
    public override void WriteRefused(long found, bool isOwn)
    {
        if (IsGone || !_isWriting)
        {
            return;
        }

        if (Cluster.Flaw.TakesRefusalForFailure)
        {
            IsToWriteAgain = true;
            WriteCollided(); // which leaves no memory behind
            return;
        }

        _isWriting = false;
        _journalSequence += _written.Count;
        Cluster.Trace?.Invoke($"{Label}: owner {Writer} hears that the journal ends with row {found}");
        Cluster.Guard(Entity, () =>
        {
            Owner.PredecessorMissing(found, isOwn, _journalSequence);
            IsToWriteAgain = true;
            HearOfMending();
        });
    }

    void IOwnerPort<Ask, TReply, TEvent, TSnapshot>.LookAtEnd(long expected, bool isOwn)
    {
        if (Cluster.Flaw.TakesItsMemoryForTheJournal)
        {
            Later(0, () => Owner.EndSeen(JournalEndSeen.AsKnown, Node.Clock));
            return;
        }

        bool isRefused = Cluster.Disk.Refused.Hits(Cluster.Time.Now, Random) || Cluster.Disk.Unknown.Hits(Cluster.Time.Now, Random);
        long delay = 1 + Random.Below(4);
        if (Cluster.Disk.Slow.IsOpen(Cluster.Time.Now))
        {
            delay += Random.Between(0, Cluster.Disk.Slow.Amount);
        }

        Cluster.Time.After(delay, () =>
        {
            JournalEndSeen seen = isRefused ? JournalEndSeen.Unknown : _journal.Look(this, expected, isOwn);
            Cluster.Trace?.Invoke($"{Label}: owner {Writer} looks at the end of its journal: {seen}");
            Later(1, () =>
            {
                Owner.EndSeen(seen, Node.Clock);
                PlanCompaction();
            });
        });
    }

    void IOwnerPort<Ask, TReply, TEvent, TSnapshot>.Mend(long found, long to)
    {
        bool isRefused = Cluster.Disk.Refused.Hits(Cluster.Time.Now, Random);
        bool isUnknown = Cluster.Disk.Unknown.Hits(Cluster.Time.Now, Random);
        Cluster.Time.After(1 + Random.Below(4), () =>
        {
            long highest = _journal.Highest;
            bool isMended = !isRefused && _journal.TryMend(this, found, to);
            Later(1, () =>
            {
                if (isMended && !isUnknown)
                {
                    Owner.Mended(Node.Clock);
                }
                else
                {
                    Owner.MendFailed(!isRefused && !isMended && highest > found, highest < found ? highest : null);
                }

                HearOfMending();
                PlanCompaction();
            });
        });
    }

    private void HearOfMending()
    {
        if (IsToWriteAgain && !IsGone && !Owner.KnowsMore)
        {
            IsToWriteAgain = false;
            Cluster.Losses.WrittenAgain(this);
        }
    }

    /// <summary>Whether events are not written but kept for the next write; for flaws.</summary>
    protected virtual bool IsHeldBack(IReadOnlyList<TEvent> events) => false;

    /// <summary>What is written in the place of events; for flaws.</summary>
    protected virtual IReadOnlyList<TEvent> Writing(IReadOnlyList<TEvent> events) => events;

    /// <summary>What is sent in the place of a reply; for flaws.</summary>
    protected virtual object Replying(Ask caller, TReply reply) => reply;

    /// <summary>What happens besides when events are committed.</summary>
    protected virtual void OnCommitted(IReadOnlyList<TEvent> events)
    {
    }

    private void Commit()
    {
        _isWriting = false;
        Cluster.Memories.Wrote(this);
        Cluster.Guard(Entity, () =>
        {
            Owner.Committed(Node.Clock);
            OnCommitted(_written);
            PlanSweep();
            PlanCompaction();
        });
    }
}
