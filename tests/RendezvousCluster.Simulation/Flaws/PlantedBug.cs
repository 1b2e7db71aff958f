using RendezvousCluster.Simulation.Invariants;
using RendezvousCluster.Simulation.Plans;
using RendezvousCluster.Simulation.Runs;

namespace RendezvousCluster.Simulation.Flaws;

/// <summary>A bug that was planted to see whether it is found.</summary>
/// <param name="Name">What it is.</param>
/// <param name="Found">By which promise it is to be found; by one of these, as more than one may be broken at the same step.</param>
/// <param name="WithinSeeds">Among how many seeds, beginning with 1.</param>
/// <param name="Flaw">The bug.</param>
internal sealed record PlantedBug(string Name, Invariant[] Found, int WithinSeeds, Flaw Flaw)
{
    /// <summary>The plan of a seed: the usual one, unless the bug shows itself only where something rare happens often.</summary>
    public Func<ulong, Plan> Plan { get; init; } = PlanGenerator.Generate;

    /// <summary>Looks for it.</summary>
    /// <param name="most">Among how many seeds.</param>
    /// <returns>The first run that breaks a promise; null when none does.</returns>
    public RunResult? Find(ulong most)
    {
        for (ulong seed = 1; seed <= most; seed++)
        {
            RunResult run = SimulationRun.Run(Plan(seed), Flaw);
            if (run.Violation is not null)
            {
                return run;
            }
        }

        return null;
    }

    public override string ToString() => Name;
}
