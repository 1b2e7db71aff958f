using RendezvousCluster.Core.Namespaces;
using RendezvousCluster.Simulation.Plans;

namespace RendezvousCluster.Simulation.World;

internal sealed partial class SimulatedOwner
{
    private void ReadSnapshot()
    {
        if (_cluster.Disk.Unreadable.Hits(_cluster.Time.Now, _random))
        {
            _cluster.Statistics.Count(FaultKind.RecoveryFailed);
            GiveUp();
            return;
        }

        if (_cluster.Triggers.Reached(FaultKind.CrashInRecovery, Node))
        {
            return;
        }

        NamespaceSnapshot? snapshot = _cluster.SnapshotsOf(_ns).Newest;

        // The events are read a little later: somebody else may have deleted some of them by then.
        Later(1 + _random.Below(20), () =>
        {
            long from = snapshot?.Sequence ?? 0;
            SimulatedJournal journal = _cluster.JournalOf(_ns);
            JournalRow[] rows = [.. journal.Rows.Where(row => row.Sequence > from && row.Event is not null)];
            long highest = Math.Max(from, journal.Highest);
            Later(1 + _random.Below(20), () => Recover(snapshot, rows, highest));
        });
    }

    private void Recover(NamespaceSnapshot? snapshot, JournalRow[] rows, long highest)
    {
        if (Node.IsReplaced && !_cluster.Plan.Settings.ReplacedNodesStartOwners)
        {
            GiveUp(); // it was replaced while it read
            return;
        }

        if (snapshot is not null)
        {
            _owner.Recover(_cluster.Flaw.RecoveringSnapshot(snapshot), snapshot.Sequence);
        }

        for (int i = 0; i < rows.Length; i++)
        {
            if (_cluster.Flaw.Recovering(rows[i].Event!, i == rows.Length - 1, Node.Clock) is { } @event)
            {
                _owner.Recover(@event, rows[i].Sequence);
            }
        }

        _journalSequence = highest;
        try
        {
            _owner.RecoveryCompleted(_cluster.GuidOf(Writer), highest, Node.Clock);
        }
        catch (InvalidOperationException exception)
        {
            // Events are missing: the actor stops as well, and whoever asks next begins anew. If they stay away, nothing answers in the
            // end.
            _cluster.Trace?.Invoke($"ns{_ns}: owner {Writer} cannot recover: {exception.Message}");
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
            if (!_owner.IsFenced)
            {
                Passivate();
            }
        });
    }

    private void GiveUp()
    {
        _isGone = true;
        Node.Owners.Remove(_ns);
    }
}
