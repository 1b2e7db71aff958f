using RendezvousCluster.Core.Ownership;
using RendezvousCluster.Simulation.Plans;

namespace RendezvousCluster.Simulation.World;

internal abstract partial class SimulatedShell<TCommand, TQuery, TReply, TEvent, TSnapshot>
{
    /// <summary>
    /// What is asked of the store and not answered may still be done this much later: less than the time for which events are kept.
    /// </summary>
    private const long MaxStoreDelay = 3_000;

    /// <summary>Where the newest snapshot stands that it has saved; for flaws.</summary>
    internal long NewestSnapshot { get; private set; }

    private bool _isToReclaim;
    private long _compactionDue = long.MaxValue;

    void IOwnerPort<Ask, TReply, TEvent, TSnapshot>.SaveSnapshot(long sequence, TSnapshot snapshot)
    {
        TSnapshot taken = SavingSnapshot(snapshot);
        TSnapshot saved = Times is null ? taken : Times.ToJournal(taken, Node.LookAtClocks());
        SimulatedSnapshots<TSnapshot> store = _journal.Snapshots;
        bool isOwed = Owner.KnowsMore;
        AskStore(FaultKind.CrashInSnapshot, FaultKind.SnapshotFailed, Cluster.Disk.SnapshotsFail, () =>
        {
            // Nothing but this snapshot says what the lost rows said. The disk and the database do not fail in the same place.
            bool isDamaged = !isOwed && store.IsSound && Cluster.Disk.SnapshotsBreak.Hits(Cluster.Time.Now, Random);
            if (isDamaged)
            {
                Cluster.Statistics.Count(FaultKind.SnapshotDamaged);
            }

            Cluster.Trace?.Invoke(
                $"{Label}: owner {Writer} has saved a {(isDamaged ? "damaged " : string.Empty)}snapshot of event {sequence}");
            Cluster.Statistics.CountOperation("Snapshot saved");
            NewestSnapshot = sequence;
            if (!(isOwed && Cluster.Flaw.SavesNothingOwed))
            {
                store.Save(sequence, saved, isDamaged);
            }
        }, done =>
        {
            if (done)
            {
                Owner.SnapshotSaved(sequence, Node.Clock);
                HearOfMending();
            }
            else
            {
                Owner.SnapshotFailed();
            }
        });
    }

    void IOwnerPort<Ask, TReply, TEvent, TSnapshot>.DeleteSnapshots(long upToSequence)
    {
        long upTo = DeletingSnapshots(upToSequence);
        AskStore(FaultKind.CrashInDeletion, FaultKind.DeletionFailed, Cluster.Disk.DeletionsFail, () =>
        {
            Cluster.Trace?.Invoke($"{Label}: snapshots up to event {upTo} are deleted");
            _journal.Snapshots.DeleteTo(upTo);
        }, Owner.SnapshotsDeleted);
    }

    void IOwnerPort<Ask, TReply, TEvent, TSnapshot>.DeleteEvents(long upToSequence)
    {
        long upTo = DeletingEvents(upToSequence);
        AskStore(FaultKind.CrashInDeletion, FaultKind.DeletionFailed, Cluster.Disk.DeletionsFail, () =>
        {
            Cluster.Statistics.CountOperation("Events deleted");
            _journal.DeleteTo(upTo);
        }, done =>
        {
            if (done)
            {
                Owner.EventsDeleted();
            }
            else
            {
                Owner.DeletionFailed();
            }
        });
    }

    /// <inheritdoc/>
    public override void Reclaim()
    {
        if (IsRecovering)
        {
            _isToReclaim = true;
            return;
        }

        Unless(() =>
        {
            Owner.KnownToBeOld();
            Owner.Sweep(Node.Clock);
            if (Owner.IsReclaimable)
            {
                Passivate();
            }
        });
    }

    /// <summary>What is saved in the place of a snapshot; for flaws.</summary>
    protected virtual TSnapshot SavingSnapshot(TSnapshot snapshot) => snapshot;

    /// <summary>Up to which event snapshots are deleted; for flaws.</summary>
    protected virtual long DeletingSnapshots(long upTo) => upTo;

    /// <summary>Up to which one events are deleted; for flaws.</summary>
    protected virtual long DeletingEvents(long upTo) => upTo;

    // The store carries out a request, or does not, or does though nobody hears of it; a node that dies takes no request back.
    private void AskStore(FaultKind crash, FaultKind failure, FaultWindow failures, Action act, Action<bool> tell)
    {
        if (IsGone)
        {
            return;
        }

        bool fails = failures.Hits(Cluster.Time.Now, Random);
        bool acts = !fails || Random.Chance(500);
        long delay = 1 + Random.Below(30) + (fails ? Random.Between(0, MaxStoreDelay) : 0);
        if (fails)
        {
            Cluster.Statistics.Count(failure);
        }

        Cluster.Time.After(delay, () =>
        {
            if (acts)
            {
                act();
            }

            Later(0, () =>
            {
                tell(!fails);
                PlanCompaction();
            });
        });
        Cluster.Triggers.Reached(crash, Node);
    }

    private void PlanCompaction()
    {
        if (IsGone || Owner.CompactionDueIn is not { } wait)
        {
            return;
        }

        long due = Cluster.Time.Now + (long)Math.Ceiling(wait.TotalMilliseconds);
        if (due < _compactionDue)
        {
            _compactionDue = due;
            Later(due - Cluster.Time.Now, () =>
            {
                _compactionDue = long.MaxValue;
                Owner.CompactionDue(Node.Clock);
                PlanCompaction();
            });
        }
    }
}
