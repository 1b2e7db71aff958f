using RendezvousCluster.Core.Namespaces;
using RendezvousCluster.Simulation.Plans;
using IPort = RendezvousCluster.Core.Ownership.IOwnerPort<
    RendezvousCluster.Simulation.World.Ask,
    RendezvousCluster.Core.Namespaces.INamespaceReply,
    RendezvousCluster.Core.Namespaces.NamespaceEvent,
    RendezvousCluster.Core.Namespaces.NamespaceSnapshot>;

namespace RendezvousCluster.Simulation.World;

internal sealed partial class SimulatedOwner
{
    /// <summary>
    /// What is asked of the store and not answered may still be done this much later: less than the time for which events are kept.
    /// </summary>
    private const long MaxStoreDelay = 3_000;

    /// <summary>Where the newest snapshot stands that it has saved; for flaws.</summary>
    internal long NewestSnapshot { get; private set; }

    private bool _isToReclaim;
    private long _compactionDue = long.MaxValue;

    void IPort.SaveSnapshot(long sequence, NamespaceSnapshot snapshot)
    {
        NamespaceSnapshot saved = _cluster.Flaw.SavingSnapshot(snapshot);
        SimulatedSnapshots store = _cluster.SnapshotsOf(_ns);
        AskStore(FaultKind.CrashInSnapshot, FaultKind.SnapshotFailed, _cluster.Disk.SnapshotsFail, () =>
        {
            bool isDamaged = store.IsSound && _cluster.Disk.SnapshotsBreak.Hits(_cluster.Time.Now, _random);
            if (isDamaged)
            {
                _cluster.Statistics.Count(FaultKind.SnapshotDamaged);
            }

            _cluster.Trace?.Invoke(
                $"ns{_ns}: owner {Writer} has saved a {(isDamaged ? "damaged " : string.Empty)}snapshot of event {saved.Sequence}");
            _cluster.Statistics.CountOperation("Snapshot saved");
            NewestSnapshot = saved.Sequence;
            store.Save(saved, isDamaged);
        }, done =>
        {
            if (done)
            {
                _owner.SnapshotSaved(sequence);
            }
            else
            {
                _owner.SnapshotFailed();
            }
        });
    }

    void IPort.DeleteSnapshots(long upToSequence)
    {
        long upTo = _cluster.Flaw.DeletingSnapshots(upToSequence);
        AskStore(FaultKind.CrashInDeletion, FaultKind.DeletionFailed, _cluster.Disk.DeletionsFail, () =>
        {
            _cluster.Trace?.Invoke($"ns{_ns}: snapshots up to event {upTo} are deleted");
            _cluster.SnapshotsOf(_ns).DeleteTo(upTo);
        }, _owner.SnapshotsDeleted);
    }

    void IPort.DeleteEvents(long upToSequence)
    {
        long upTo = _cluster.Flaw.DeletingEvents(upToSequence, this);
        AskStore(FaultKind.CrashInDeletion, FaultKind.DeletionFailed, _cluster.Disk.DeletionsFail, () =>
        {
            _cluster.Statistics.CountOperation("Events deleted");
            _cluster.JournalOf(_ns).DeleteTo(upTo);
        }, done =>
        {
            if (done)
            {
                _owner.EventsDeleted();
            }
            else
            {
                _owner.DeletionFailed();
            }
        });
    }

    /// <summary>Whoever looks after journals has found this one old.</summary>
    public void Reclaim()
    {
        if (IsRecovering)
        {
            _isToReclaim = true;
            return;
        }

        Unless(() =>
        {
            _owner.KnownToBeOld();
            _owner.Sweep(Node.Clock);
            if (_owner.IsReclaimable)
            {
                Passivate();
            }
        });
    }

    // What the store is asked for is done, or is not, or is done though nobody hears of it; a node that dies takes nothing back that it has
    // asked for.
    private void AskStore(FaultKind crash, FaultKind failure, FaultWindow failures, Action act, Action<bool> tell)
    {
        if (_isGone)
        {
            return;
        }

        bool fails = failures.Hits(_cluster.Time.Now, _random);
        bool acts = !fails || _random.Chance(500);
        long delay = 1 + _random.Below(30) + (fails ? _random.Between(0, MaxStoreDelay) : 0);
        if (fails)
        {
            _cluster.Statistics.Count(failure);
        }

        _cluster.Time.After(delay, () =>
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
        _cluster.Triggers.Reached(crash, Node);
    }

    private void PlanCompaction()
    {
        if (_isGone || _owner.CompactionDueIn is not { } wait)
        {
            return;
        }

        long due = _cluster.Time.Now + (long)Math.Ceiling(wait.TotalMilliseconds);
        if (due < _compactionDue)
        {
            _compactionDue = due;
            Later(due - _cluster.Time.Now, () =>
            {
                _compactionDue = long.MaxValue;
                _owner.Compact();
                PlanCompaction();
            });
        }
    }
}
