using RendezvousCluster.Simulation.Invariants;
using RendezvousCluster.Simulation.Plans;

namespace RendezvousCluster.Simulation.Flaws;

internal static partial class PlantedBugs
{
    private static PlantedBug[] Losses =>
    [
        new("the journal does not look whether the row before is there", [Invariant.OneWriter, .. Lost], 5,
            new Flaw { JournalDemandsItsEnd = false })
        {
            Plan = TheDatabaseLosesRows,
        },
        new("an owner takes it for a failed write when the row before is gone",
            [.. Lost, Invariant.CookiesMissNothing, Invariant.ListedIsFound, Invariant.RegisteredIsListed], 5,
            new Flaw { TakesRefusalForFailure = true })
        {
            Plan = TheDatabaseLosesRows,
        },
        new("an owner goes on behind lost rows without writing again what they said",
            [.. Lost, Invariant.CookiesMissNothing, Invariant.ListedIsFound, Invariant.RegisteredIsListed], 10,
            new Flaw { SavesNothingOwed = true })
        {
            Plan = TheDatabaseLosesRows,
        },
        new("the journal does not look who wrote the row before", [Invariant.OneWriter, .. Lost, Invariant.ListedIsFound], 50,
            new Flaw { JournalAsksWhoseItsEndIs = false })
        {
            Plan = OwnersAreReplacedAfterRowsAreLost,
        },
        new("an owner does not inherit what the one before it knew, whose write failed",
            [.. Lost, Invariant.CookiesMissNothing, Invariant.ListedIsFound, Invariant.RegisteredIsListed], 20,
            new Flaw { InheritsNothing = true })
        {
            Plan = RowsAreLostWhenWritesFail,
        },
        new("what an owner knew stays behind when another node gets what it owned",
            [.. Lost, Invariant.CookiesMissNothing, Invariant.ListedIsFound, Invariant.RegisteredIsListed], 20,
            new Flaw { LeavesMemoryBehind = true })
        {
            Plan = RowsAreLostWhenWritesFail,
        },
    ];

    private static Plan RowsAreLostWhenWritesFail(ulong seed) => PlanGenerator.Generate(seed, new SimulationSettings
    {
        Namespaces = 2,
        Peers = 6,
        Families = FaultFamilies.Nodes | FaultFamilies.Store | FaultFamilies.Journal,
        Haste = 3,
        Only = [FaultKind.HandOff, FaultKind.WriteRefused, FaultKind.WriteUnknown],
    });

    private static Plan OwnersAreReplacedAfterRowsAreLost(ulong seed) => PlanGenerator.Generate(seed, new SimulationSettings
    {
        Namespaces = 2,
        Peers = 6,
        Families = FaultFamilies.Nodes | FaultFamilies.Store,
        Haste = 3,
        Only = [FaultKind.FalseSuspicion],
    });

    private static Plan TheDatabaseLosesRows(ulong seed) => PlanGenerator.Generate(seed, new SimulationSettings
    {
        Namespaces = 2,
        Peers = 6,
        Families = FaultFamilies.Nodes | FaultFamilies.Store,
        Haste = 3,
        Only = [FaultKind.Crash, FaultKind.HandOff],
    });
}
