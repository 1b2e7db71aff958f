using RendezvousCluster.Core.Clocks;
using RendezvousCluster.Simulation.Plans;

namespace RendezvousCluster.Simulation.World;

internal abstract partial class SimulatedShell<TCommand, TQuery, TReply, TEvent, TSnapshot>
{
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
}
