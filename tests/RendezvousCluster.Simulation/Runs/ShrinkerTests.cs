using RendezvousCluster.Simulation.Flaws;
using RendezvousCluster.Simulation.Plans;

namespace RendezvousCluster.Simulation.Runs;

public sealed class ShrinkerTests
{
    private static readonly PlantedBug Bug = PlantedBugs.All.Single(bug => bug.Name == "recovery leaves the last event out");

    [Fact]
    public void A_failure_is_made_short_and_stays_the_same()
    {
        RunResult failed = Bug.Find(5)!;

        RunResult shortest = Shrinker.Shrink(failed, Bug.Flaw);

        Assert.Equal(failed.Violation!.Invariant, shortest.Violation!.Invariant);
        Assert.InRange(shortest.Plan.Count, 1, 10);
    }

    [Fact]
    public void The_short_plan_fails_again()
    {
        RunResult shortest = Shrinker.Shrink(Bug.Find(5)!, Bug.Flaw);

        RunResult again = SimulationRun.Run(shortest.Plan, Bug.Flaw);

        Assert.Equal((shortest.Violation, shortest.Steps), (again.Violation, again.Steps));
    }

    [Fact]
    public void The_shrinker_gives_up_in_time()
    {
        RunResult failed = Bug.Find(5)!;

        RunResult shorter = Shrinker.Shrink(failed, Bug.Flaw, maxRuns: 10);

        Assert.InRange(shorter.Plan.Count, 1, failed.Plan.Count);
        Assert.NotNull(shorter.Violation);
    }

    [Fact]
    public void A_passing_plan_cannot_be_shortened() =>
        Assert.Throws<ArgumentException>(() => Shrinker.Shrink(SimulationRun.Run(PlanGenerator.Generate(5))));

    [Fact]
    public void The_report_names_seed_step_promise_and_history()
    {
        RunResult failed = Bug.Find(5)!;

        string report = FailureReport.Write(failed, Bug.Flaw);

        Assert.Contains($"seed {failed.Plan.Seed}, step {failed.Steps}", report, StringComparison.Ordinal);
        Assert.Contains(failed.Violation!.Invariant.ToString(), report, StringComparison.Ordinal);
        Assert.Contains("REGISTER peer", report, StringComparison.Ordinal);
    }
}
