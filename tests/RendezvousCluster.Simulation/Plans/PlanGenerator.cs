using RendezvousCluster.Simulation.World;

namespace RendezvousCluster.Simulation.Plans;

/// <summary>Makes a plan from a seed.</summary>
internal static class PlanGenerator
{
    private static readonly uint[] Ttls = [6, 12, 20, 45, 90, 180, 300];

    private static readonly FaultKind[] NetworkFaults = [FaultKind.MessageLost, FaultKind.MessageDuplicated, FaultKind.MessageDelayed];

    private static readonly FaultKind[] NodeFaults =
    [
        FaultKind.Crash, FaultKind.CrashBeforeWrite, FaultKind.CrashAfterCommit, FaultKind.CrashInRecovery, FaultKind.CrashInSnapshot,
        FaultKind.CrashInDeletion, FaultKind.Pause,
        FaultKind.Isolation, FaultKind.FalseSuspicion, FaultKind.FalseSuspicion, FaultKind.HandOff, FaultKind.HandOff,
    ];

    private static readonly FaultKind[] ClockFaults = [FaultKind.ClockForward, FaultKind.ClockBack];

    private static readonly FaultKind[] JournalFaults =
    [
        FaultKind.WriteRefused, FaultKind.WriteUnknown, FaultKind.WriteLate, FaultKind.SlowJournal, FaultKind.RecoveryFailed,
        FaultKind.SnapshotFailed, FaultKind.SnapshotDamaged, FaultKind.DeletionFailed,
    ];

    /// <summary>
    /// The plan of a seed: every fifth is calm, the others have some of the families of faults, and in every fifth the database loses rows.
    /// </summary>
    public static Plan Generate(ulong seed)
    {
        var random = new SeededSequence(SeededSequence.Derive(seed, 1));
        FaultFamilies families = seed % 5 == 0 ? FaultFamilies.None : (FaultFamilies)(1 + random.Below((int)FaultFamilies.All));
        families = seed % 5 == 3 ? (families & ~FaultFamilies.Clocks) | FaultFamilies.Store : families;
        families |= (families & (FaultFamilies.Nodes | FaultFamilies.Clocks)) switch
        {
            FaultFamilies.Nodes | FaultFamilies.Clocks => FaultFamilies.Suspensions,
            FaultFamilies.Clocks => FaultFamilies.None,
            _ => FaultFamilies.WallClocks,
        };
        return Generate(seed, new SimulationSettings
        {
            Namespaces = 1 + random.Below(4),
            Peers = 3 + random.Below(10),
            Operations = random.Pick([300, 1_000, 2_000, 2_000]),
            Families = families,
            ReplacedNodesStartOwners = random.Chance(250),
        });
    }

    /// <summary>A plan of a given size.</summary>
    public static Plan Generate(ulong seed, SimulationSettings settings)
    {
        var operations = new OperationPlanner(new SeededSequence(SeededSequence.Derive(seed, 2)), settings, Ttls);
        var planned = new List<Operation>(settings.Operations);
        for (int id = 0; id < settings.Operations; id++)
        {
            planned.Add(operations.Next(id));
        }

        List<Fault> faults = PlanFaults(new SeededSequence(SeededSequence.Derive(seed, 3)), settings);
        PlanSuspensions(faults, new SeededSequence(SeededSequence.Derive(seed, 10)), settings);
        PlanLosses(faults, new SeededSequence(SeededSequence.Derive(seed, 9)), settings);
        planned.AddRange(DirectoryPlanner.Plan(
            new SeededSequence(SeededSequence.Derive(seed, 8)),
            settings,
            settings.Operations + faults.Count,
            settings.DirectoryOperations));
        return new Plan(seed, settings, planned, faults);
    }

    private static List<Fault> PlanFaults(SeededSequence random, SimulationSettings settings)
    {
        var faults = new List<Fault>();
        Add(FaultFamilies.Network, NetworkFaults, meanGap: 20_000);
        Add(FaultFamilies.Nodes, NodeFaults, meanGap: 20_000);
        Add(FaultFamilies.Clocks, ClockFaults, meanGap: 60_000);
        Add(FaultFamilies.Journal, JournalFaults, meanGap: 15_000);
        Add(FaultFamilies.Directory, [FaultKind.DirectoryAway], meanGap: 60_000);
        Add(FaultFamilies.WallClocks, [FaultKind.WallClockStep], meanGap: 30_000);
        return [.. faults.OrderBy(fault => fault.At)];

        void Add(FaultFamilies family, FaultKind[] all, long meanGap)
        {
            FaultKind[] kinds = [.. all.Where(kind => settings.Only?.Contains(kind) != false)];
            for (long at = random.Between(0, 2 * meanGap); settings.Families.HasFlag(family) && at < settings.Duration; at +=
                random.Between(1, 2 * meanGap / settings.Haste))
            {
                faults.Add(Plan(settings.Operations + faults.Count, at, random.Pick(kinds), random, settings));
            }
        }
    }

    private static void PlanSuspensions(List<Fault> faults, SeededSequence random, SimulationSettings settings)
    {
        const long MeanGap = 90_000;
        for (long at = random.Between(0, 2 * MeanGap); settings.Families.HasFlag(FaultFamilies.Suspensions) && at < settings.Duration; at +=
            random.Between(1, 2 * MeanGap / settings.Haste))
        {
            faults.Add(new Fault(
                settings.Operations + faults.Count, at, FaultKind.Suspension, random.Below(settings.Nodes), 0,
                random.Between(40_000, 150_000), random.Between(1_000, 5_000)));
        }
    }

    private static void PlanLosses(List<Fault> faults, SeededSequence random, SimulationSettings settings)
    {
        const long MeanGap = 30_000;
        for (long at = random.Between(0, 2 * MeanGap); settings.Families.HasFlag(FaultFamilies.Store) && at < settings.Duration; at +=
            random.Between(1, 2 * MeanGap / settings.Haste))
        {
            faults.Add(new Fault(
                settings.Operations + faults.Count, at, FaultKind.RowsLost, 0, 0, 0, random.Between(50, UndoLog.LongestLag)));
        }
    }

    private static Fault Plan(int id, long at, FaultKind kind, SeededSequence random, SimulationSettings settings)
    {
        (long duration, long amount) = kind switch
        {
            FaultKind.MessageLost => (random.Between(500, 8_000), random.Between(50, 800)),
            FaultKind.MessageDuplicated => (random.Between(1_000, 10_000), random.Between(100, 800)),
            FaultKind.MessageDelayed => (random.Between(1_000, 10_000), random.Between(200, 6_000)),
            FaultKind.Crash or FaultKind.CrashBeforeWrite or FaultKind.CrashAfterCommit or FaultKind.CrashInRecovery
                or FaultKind.CrashInSnapshot or FaultKind.CrashInDeletion =>
                (random.Between(200, 15_000), random.Between(500, 5_000)),
            FaultKind.Pause => (random.Chance(200)
                ? random.Between(40_000, 150_000)
                : random.Between(500, 20_000), random.Between(1_000, 5_000)),
            FaultKind.Isolation => (random.Between(1_000, 30_000), random.Between(1_000, 6_000)),
            FaultKind.FalseSuspicion => (random.Chance(150) ? random.Between(40_000, 200_000) : random.Between(1_000, 25_000), 0),
            FaultKind.ClockForward or FaultKind.ClockBack => (random.Between(1_000, 60_000), random.Chance(250)
                ? random.Between(10_000, 120_000)
                : random.Between(10, 3_000)),
            FaultKind.WallClockStep => (random.Between(1_000, 200_000), random.Chance(500)
                ? random.Between(-600_000, 600_000)
                : random.Between(-300_000_000, 300_000_000)),
            FaultKind.SlowJournal => (random.Between(1_000, 8_000), random.Between(100, 3_000)),
            _ => (random.Between(500, 8_000), random.Between(100, 1_000)),
        };
        return new Fault(id, at, kind, random.Below(settings.Nodes), random.Below(settings.Namespaces), duration, amount);
    }
}
