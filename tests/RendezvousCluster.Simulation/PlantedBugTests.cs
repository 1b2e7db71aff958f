using RendezvousCluster.Simulation.Flaws;
using RendezvousCluster.Simulation.Invariants;
using RendezvousCluster.Simulation.Runs;

namespace RendezvousCluster.Simulation;

/// <summary>A simulation that finds nothing proves nothing, unless it is known to find bugs when they are there.</summary>
public sealed class PlantedBugTests
{
    public static TheoryData<string> Names => new(PlantedBugs.All.Select(bug => bug.Name));

    [Theory]
    [MemberData(nameof(Names))]
    public void A_planted_bug_is_found(string name)
    {
        PlantedBug bug = PlantedBugs.All.Single(bug => bug.Name == name);

        RunResult? found = bug.Find((ulong)bug.WithinSeeds);

        Assert.True(found is not null, $"It was not found among {bug.WithinSeeds} seeds.");
        Console.WriteLine($"{name}: seed {found.Plan.Seed}, step {found.Steps}: {found.Violation!.Invariant}: {found.Violation.Text}");
        Assert.Contains(found.Violation.Invariant, bug.Found);
        Assert.Null(SimulationRun.Run(found.Plan).Violation?.Text); // and without the bug nothing is
    }

    [Fact]
    public void There_are_at_least_twenty() => Assert.True(PlantedBugs.All.Count >= 20, $"There are {PlantedBugs.All.Count}.");

    [Fact]
    public void Every_promise_has_a_bug_that_breaks_it() => Assert.Equal(
        Enum.GetValues<Invariant>().Where(invariant => invariant != Invariant.NothingThrows),
        PlantedBugs.All.SelectMany(bug => bug.Found).Distinct().Where(invariant => invariant != Invariant.NothingThrows).Order());
}
