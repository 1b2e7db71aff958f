using RendezvousCluster.Simulation.Plans;

namespace RendezvousCluster.Simulation.World;

/// <summary>Lets planned faults happen, and undoes all of them at the end.</summary>
internal sealed class FaultInjector(SimulatedCluster cluster)
{
    // Until somebody starts again the process whose machine was suspended.
    private const long ClockIsBehindFor = 30_000;

    /// <summary>Plans all faults of the plan.</summary>
    public void Plan()
    {
        var random = new SeededSequence(SeededSequence.Derive(cluster.Plan.Seed, 6));
        foreach (SimulatedNode node in cluster.Nodes)
        {
            node.ClockOffset = cluster.Plan.Settings.Families.HasFlag(FaultFamilies.Clocks) ? random.Between(-300, 300) : 0;
        }

        if (cluster.Plan.Settings.HasOneTime)
        {
            SetWallsApart(new SeededSequence(SeededSequence.Derive(cluster.Plan.Seed, 11)));
        }

        cluster.Checker.ClocksSet(0, cluster.Nodes);
        foreach (Fault fault in cluster.Plan.Faults)
        {
            cluster.Time.After(fault.At, () => Happen(fault));
        }
    }

    /// <summary>From now on nothing goes wrong.</summary>
    public void Heal()
    {
        cluster.Trace?.Invoke("nothing goes wrong any more");
        cluster.Network.Loss.Close();
        cluster.Network.Duplication.Close();
        cluster.Network.Delay.Close();
        cluster.Disk.Heal();
        cluster.Directory.Away.Close();
        cluster.Triggers.Disarm();
        foreach (SimulatedNode node in cluster.Nodes)
        {
            node.IsolatedUntil = 0;
            node.PausedUntil = Math.Min(node.PausedUntil, cluster.Time.Now);
            node.Resume();
            SetClock(node, 0);
            node.SetWallRight();
            if (node.IsReplaced)
            {
                cluster.EndReplaced(node, node.Generation);
            }
        }
    }

    private void Happen(Fault fault)
    {
        SimulatedNode node = cluster.Nodes[fault.Node];
        long until = cluster.Time.Now + fault.Duration;
        cluster.Trace?.Invoke($"#{fault.Id} {fault}");
        switch (fault.Kind)
        {
            case FaultKind.MessageLost:
                cluster.Network.Loss.Open(until, fault.Amount);
                break;
            case FaultKind.MessageDuplicated:
                cluster.Network.Duplication.Open(until, fault.Amount);
                break;
            case FaultKind.MessageDelayed:
                cluster.Network.Delay.Open(until, fault.Amount);
                break;
            case FaultKind.WriteRefused:
                cluster.Disk.Refused.Open(until, fault.Amount);
                break;
            case FaultKind.WriteUnknown:
                cluster.Disk.Unknown.Open(until, fault.Amount);
                break;
            case FaultKind.WriteLate:
                cluster.Disk.Late.Open(until, fault.Amount);
                break;
            case FaultKind.SlowJournal:
                cluster.Disk.Slow.Open(until, fault.Amount);
                break;
            case FaultKind.RecoveryFailed:
                cluster.Disk.Unreadable.Open(until, fault.Amount);
                break;
            case FaultKind.SnapshotFailed:
                cluster.Disk.SnapshotsFail.Open(until, fault.Amount);
                break;
            case FaultKind.SnapshotDamaged:
                cluster.Disk.SnapshotsBreak.Open(until, fault.Amount);
                break;
            case FaultKind.DeletionFailed:
                cluster.Disk.DeletionsFail.Open(until, fault.Amount);
                break;
            case FaultKind.DirectoryAway:
                cluster.Directory.Away.Open(until, fault.Amount);
                break;
            case FaultKind.RowsLost:
                cluster.Losses.Happen(fault.Amount);
                break;
            case FaultKind.CrashBeforeWrite or FaultKind.CrashAfterCommit or FaultKind.CrashInRecovery or FaultKind.CrashInSnapshot
                or FaultKind.CrashInDeletion:
                cluster.Triggers.Arm(fault);
                break;
            default:
                HappenTo(node, fault);
                break;
        }
    }

    private void HappenTo(SimulatedNode node, Fault fault)
    {
        if (!node.IsUp && fault.Kind != FaultKind.WallClockStep)
        {
            return;
        }

        switch (fault.Kind)
        {
            case FaultKind.Crash when !cluster.MayDie(node):
                return;
            case FaultKind.Crash:
                cluster.Crash(node, fault.Duration, fault.Amount);
                break;
            case FaultKind.Pause or FaultKind.Suspension when node.SuspendedUntil > cluster.Time.Now:
                return;
            case FaultKind.Pause:
                Pause(node, fault);
                break;
            case FaultKind.Suspension:
                node.Suspend(fault.Duration);
                StepClock(node, -fault.Duration, fault.Duration + ClockIsBehindFor);
                Pause(node, fault);
                break;
            case FaultKind.Isolation:
                Isolate(node, fault);
                break;
            case FaultKind.FalseSuspicion when !node.IsReplaced:
                cluster.Replace(node, fault.Duration);
                break;
            case FaultKind.ClockForward:
                StepClock(node, fault.Amount, fault.Duration);
                break;
            case FaultKind.ClockBack:
                StepClock(node, -fault.Amount, fault.Duration);
                break;
            case FaultKind.WallClockStep:
                node.WallAhead += fault.Amount;
                LookIfUp(node);
                cluster.Time.After(fault.Duration, node.SetWallRight);
                break;
            case FaultKind.HandOff when cluster.TryHandOff(OwnerToMove(fault)):
                break;
            default:
                return;
        }

        cluster.Statistics.Count(fault.Kind);
    }

    private void Pause(SimulatedNode node, Fault fault)
    {
        cluster.Pause(node, cluster.Time.Now + fault.Duration);
        ReplaceIfStillAway(node, fault, heardAfter: Math.Max(0, fault.Duration - fault.Amount) + 4_000);
    }

    private static void LookIfUp(SimulatedNode node)
    {
        if (node.IsUp)
        {
            node.LookAtClocks();
        }
    }

    // Every other machine has a clock that is wrong by hours or days from the beginning.
    private void SetWallsApart(SeededSequence random)
    {
        foreach (SimulatedNode node in cluster.Nodes)
        {
            if (random.Chance(500))
            {
                node.BeginApart(random.Between(-300_000_000, 300_000_000));
            }
        }
    }

    // One in three moves a part of the directory.
    private int OwnerToMove(Fault fault) =>
        fault.Id % 3 == 0 ? cluster.Directory.EntityOf(fault.Id / 3 % SimulatedDirectory.Parts) : fault.Namespace;

    private void Isolate(SimulatedNode node, Fault fault)
    {
        node.IsolatedUntil = cluster.Time.Now + fault.Duration;
        ReplaceIfStillAway(node, fault, heardAfter: Math.Max(0, fault.Duration - fault.Amount) + 2_000);
    }

    // The others notice after a while; a node that is back by then has been missed by nobody.
    private void ReplaceIfStillAway(SimulatedNode node, Fault fault, long heardAfter)
    {
        int generation = node.Generation;
        if (fault.Amount < fault.Duration)
        {
            cluster.Time.After(fault.Amount, () =>
            {
                if (node.Generation == generation && (node.IsIsolated || node.PausedUntil > cluster.Time.Now))
                {
                    cluster.Replace(node, heardAfter);
                }
            });
        }
    }

    // Somebody sets it right again after a while.
    private void StepClock(SimulatedNode node, long step, long duration)
    {
        SetClock(node, node.ClockOffset + step);
        cluster.Time.After(duration, () => SetClock(node, node.ClockOffset / 16));
    }

    private void SetClock(SimulatedNode node, long offset)
    {
        node.ClockOffset = offset;
        cluster.Checker.ClocksSet(cluster.Time.Now, cluster.Nodes);
    }
}
