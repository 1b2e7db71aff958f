using System.Globalization;
using RendezvousCluster.Simulation.Flaws;
using RendezvousCluster.Simulation.Plans;

namespace RendezvousCluster.Simulation.Runs;

/// <summary>
/// Makes a failing plan short: leaves out operations and faults, half of them, a quarter, and so on down to single ones, as long as the
/// same promise is still broken. Usually a handful of items remains that a person can follow.
/// </summary>
internal static class Shrinker
{
    /// <summary>Runs at most this often: each shorter plan runs faster, so that is a few seconds.</summary>
    internal const int DefaultMaxRuns = 1_500;

    /// <summary>Shortens the plan of a failed run.</summary>
    /// <param name="failed">The run.</param>
    /// <param name="flaw">The bug that was planted in it.</param>
    /// <param name="maxRuns">How often to try.</param>
    /// <returns>The shortest run that fails in the same way.</returns>
    /// <exception cref="ArgumentException">The run did not fail.</exception>
    public static RunResult Shrink(RunResult failed, Flaw? flaw = null, int maxRuns = DefaultMaxRuns)
    {
        if (failed.Violation is not { } violation)
        {
            throw new ArgumentException("The run did not fail.", nameof(failed));
        }

        RunResult shortest = failed;
        int runs = 0;
        int chunk = Math.Max(1, failed.Plan.Count / 2);
        bool again = true;
        while (again)
        {
            bool removed = false;
            int[] ids = IdsOf(shortest.Plan);
            for (int at = 0; at < ids.Length && runs < maxRuns; runs++)
            {
                HashSet<int> kept = [.. ids[..at], .. ids[Math.Min(ids.Length, at + chunk)..]];
                RunResult tried = SimulationRun.Run(shortest.Plan.Only(kept), flaw);
                if (tried.Violation?.Invariant == violation.Invariant)
                {
                    shortest = tried;
                    ids = IdsOf(tried.Plan);
                    removed = true;
                }
                else
                {
                    at += chunk;
                }
            }

            // Single items are tried until none of them can go: one may have needed another that is gone now.
            again = runs < maxRuns && (chunk > 1 || removed);
            chunk = Math.Max(1, chunk / 2);
        }

        return shortest;
    }

    /// <summary>What happens in a run, for people.</summary>
    public static string Tell(RunResult run, Flaw? flaw = null)
    {
        var lines = new List<string>();
        SimulationRun.Run(run.Plan, flaw, (time, text) => lines.Add(string.Create(CultureInfo.InvariantCulture, $"{time,9} ms  {text}")));
        return string.Join('\n', lines);
    }

    // In order of time: what lies behind the failure goes first of all, in large pieces.
    private static int[] IdsOf(Plan plan) =>
    [
        .. plan.Operations.Select(operation => (operation.At, operation.Id))
            .Concat(plan.Faults.Select(fault => (fault.At, fault.Id)))
            .OrderDescending()
            .Select(item => item.Id),
    ];
}
