using RendezvousCluster.Simulation.Invariants;
using RendezvousCluster.Simulation.Plans;

namespace RendezvousCluster.Simulation.Flaws;

internal static partial class PlantedBugs
{
    private static PlantedBug[] Clocks =>
    [
        new("a process goes by its wall clock", [Invariant.ExpiredIsNotFound, Invariant.RetriesShortenNothing, .. Lost], 5,
            new Flaw { GoesByTheWallClock = true })
        {
            Plan = WallClocksAreSet,
        },
        new("an owner takes what its process wrote for another's", [Invariant.ExpiredIsNotFound, .. Lost], 5,
            new Flaw { Times = times => new RunlessTimes(times) })
        {
            Plan = WallClocksAreSet,
        },
        new("times on disk do not say how far the wall clock was ahead",
            [Invariant.ExpiredIsNotFound, Invariant.RegisteredIsListed, .. Lost], 5,
            new Flaw { Times = times => new OffsetlessTimes(times) })
        {
            Plan = WallClocksAreSet,
        },
        new("a process that starts goes by its own wall clock", [Invariant.ExpiredIsNotFound, Invariant.RetriesShortenNothing, .. Lost], 5,
            new Flaw { IgnoresTheTimeOfTheCluster = true })
        {
            Plan = ProcessesStartApart,
        },
        new("what another member wrote is judged by wall clocks", [Invariant.ExpiredIsNotFound, .. Lost], 5,
            new Flaw { KeepsItsOwnRun = true })
        {
            Plan = ProcessesStartApart,
        },
    ];

    private static Plan ProcessesStartApart(ulong seed) => PlanGenerator.Generate(
        seed,
        new SimulationSettings { Operations = 1_000, Families = FaultFamilies.WallClocks | FaultFamilies.Nodes, Haste = 2 });

    private static Plan WallClocksAreSet(ulong seed) =>
        PlanGenerator.Generate(seed, new SimulationSettings { Operations = 1_000, Families = FaultFamilies.WallClocks, Haste = 2 });
}
