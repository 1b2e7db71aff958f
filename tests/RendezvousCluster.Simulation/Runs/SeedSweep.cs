using RendezvousCluster.Simulation.Plans;

namespace RendezvousCluster.Simulation.Runs;

/// <summary>Many seeds, one after the other.</summary>
/// <param name="Statistics">What happened in all of them.</param>
/// <param name="Failures">In how many a promise was broken.</param>
internal sealed record SeedSweep(RunStatistics Statistics, int Failures)
{
    /// <summary>Runs seeds.</summary>
    /// <param name="from">The first.</param>
    /// <param name="count">How many.</param>
    /// <param name="failed">Called for each run that broke a promise.</param>
    public static SeedSweep Run(ulong from, ulong count, Action<RunResult> failed)
    {
        var statistics = new RunStatistics();
        int failures = 0;
        for (ulong seed = from; seed < from + count; seed++)
        {
            RunResult result = SimulationRun.Run(PlanGenerator.Generate(seed));
            statistics.Add(result.Statistics);
            if (result.Violation is not null)
            {
                failures++;
                failed(result);
            }
        }

        return new SeedSweep(statistics, failures);
    }
}
