using RendezvousCluster.Core.Clocks;
using RendezvousCluster.Core.Ownership;
using RendezvousCluster.Simulation.Plans;

namespace RendezvousCluster.Simulation.World;

internal abstract partial class SimulatedShell<TCommand, TQuery, TReply, TEvent, TSnapshot>
{
    private int? _writerBefore;

    /// <summary>What is read for an event of the journal; null leaves it out. For flaws.</summary>
    protected virtual TEvent? Recovering(TEvent @event, bool isLast) => @event;

    /// <summary>What is read for a snapshot; for flaws.</summary>
    protected virtual TSnapshot RecoveringSnapshot(TSnapshot snapshot) => snapshot;

    private void ReadSnapshot()
    {
        if (Cluster.Disk.Unreadable.Hits(Cluster.Time.Now, Random))
        {
            Cluster.Statistics.Count(FaultKind.RecoveryFailed);
            GiveUp();
            return;
        }

        if (Cluster.Triggers.Reached(FaultKind.CrashInRecovery, Node))
        {
            return;
        }

        (TSnapshot? snapshot, long from) = _journal.Snapshots.Newest;

        // The events are read a little later: somebody else may have deleted some of them by then.
        Later(1 + Random.Below(20), () =>
        {
            JournalRow<TEvent>[] rows = [.. _journal.Rows.Where(row => row.Sequence > from && row.Event is not null)];
            long highest = Math.Max(from, _journal.Highest);
            Later(1 + Random.Below(20), () => Recover(snapshot, from, rows, highest));
        });
    }

    private void Recover(TSnapshot? snapshot, long snapshotSequence, JournalRow<TEvent>[] rows, long highest)
    {
        if (Node.IsReplaced && !Cluster.Plan.Settings.ReplacedNodesStartOwners)
        {
            GiveUp(); // it was replaced while it read
            return;
        }

        ClockReading clock = Node.LookAtClocks();
        if (snapshot is not null)
        {
            TSnapshot read = RecoveringSnapshot(snapshot);
            Owner.Recover(Times is null ? read : Times.FromJournal(read, clock), snapshotSequence);
        }

        for (int i = 0; i < rows.Length; i++)
        {
            if (Recovering(rows[i].Event!, i == rows.Length - 1) is { } @event)
            {
                if (rows[i].Sequence != Owner.LastSequence + 1)
                {
                    Times?.PassHole();
                }

                Owner.Recover(Times is null ? @event : Times.FromJournal(@event, clock), rows[i].Sequence);
            }
        }

        _journalSequence = highest;
        _writerBefore = rows is [.., { } last] && last.Sequence == highest ? last.Writer : null;
        if (Cluster.Memories.Find(Entity, Node) is { } memory && !TryInherit(memory, highest))
        {
            GiveUp(); // the next one reads anew
            return;
        }

        if (Cluster.Memories.LastWordOf(Entity) is { } elsewhere && !elsewhere.Nodes.Contains(Node))
        {
            Cluster.Losses.Gone(elsewhere, Entity, isExcused: true); // it did not come as far as this node
        }

        try
        {
            Owner.RecoveryCompleted(Cluster.GuidOf(Writer), highest, Node.Clock);
        }
        catch (InvalidOperationException exception)
        {
            // Events are missing: the actor stops as well, and the next question begins anew. If they stay away, nothing answers in the
            // end.
            Cluster.Trace?.Invoke($"{Label}: owner {Writer} cannot recover: {exception.Message}");
            GiveUp();
            return;
        }

        IsRecovering = false;
        if (Owner.KnowsMore)
        {
            IsToWriteAgain = true;
            Later(1, () => Owner.Verify(Node.Clock));
        }

        foreach (Ask ask in _arrivedEarly)
        {
            Hand(ask);
        }

        _arrivedEarly.Clear();
        if (_isToReclaim)
        {
            Reclaim();
        }

        PlanSweep();
        PlanIdle();
        PlanCompaction();
        Later(UnfencedLifetime, () =>
        {
            if (!Owner.IsFenced)
            {
                Passivate();
            }
        });
    }

    private void GiveUp() => Leave();

    // An owner that was handed over asks the journal whether it is the next one; false when nobody can say.
    private bool TryInherit(SimulatedMemory memory, long highest)
    {
        if (memory.IsHandedOver && memory.Sequence > highest && highest > 0 && !Cluster.Flaw.BelievesEveryMemory)
        {
            JournalEndSeen seen = memory.WriterOf(highest) is { } writer ? _journal.Look(highest, writer) : JournalEndSeen.Replaced;
            if (seen != JournalEndSeen.AsKnown)
            {
                Cluster.Losses.Gone(memory, Entity, isExcused: true);
                return seen == JournalEndSeen.Replaced;
            }
        }

        Cluster.Losses.Pass(memory, this, Entity);
        if (memory.Sequence > highest && !(memory.IsHandedOver ? Cluster.Flaw.LeavesMemoryBehind : Cluster.Flaw.InheritsNothing))
        {
            Cluster.Statistics.CountOperation(memory.IsHandedOver ? "Memory inherited elsewhere" : "Memory inherited");
            Cluster.Trace?.Invoke($"{Label}: owner {Writer} inherits what is known up to event {memory.Sequence}");
            Owner.Inherit(new KeptMemory<TSnapshot>(memory.Sequence, () => (TSnapshot)memory.Take()), highest);
        }

        return true;
    }

    private void KeepMemory()
    {
        if (_isReplaced || IsRecovering || Node.IsReplaced || Owner.Remember() is not { } memory)
        {
            return;
        }

        TSnapshot snapshot = memory.Take();
        long fencingToken = Owner.FencingToken ?? long.MaxValue;
        SimulatedNode node = Node;
        Cluster.Memories.Keep(new SimulatedMemory(
            Entity, node, memory.Sequence, fencingToken, Writer, _writerBefore,
            isHandedOver => !isHandedOver || Times is null ? snapshot
                : Times.FromJournal(Times.ToJournal(snapshot, node.LookAtClocks()), node.LookAtClocks())));
    }
}
