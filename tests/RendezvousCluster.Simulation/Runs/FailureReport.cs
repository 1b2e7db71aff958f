using RendezvousCluster.Simulation.Flaws;

namespace RendezvousCluster.Simulation.Runs;

/// <summary>
/// What a person needs to understand a failed run: the seed and the step, what was broken, and a short history that breaks it too.
/// </summary>
internal static class FailureReport
{
    public static string Write(RunResult failed, Flaw? flaw = null)
    {
        RunResult shortest = Shrinker.Shrink(failed, flaw);
        return $"""
            seed {failed.Plan.Seed}, step {failed.Steps} ({failed.Plan.Settings.Families}): {failed.Violation!.Invariant}
            {failed.Violation.Text}
            {shortest.Plan.Operations.Count} operations and {shortest.Plan.Faults.Count} faults of {failed.Plan.Count} are enough:
            {Shrinker.Tell(shortest, flaw)}
            {shortest.Violation!.At,9} ms  {shortest.Violation.Invariant}: {shortest.Violation.Text}
            """;
    }
}
