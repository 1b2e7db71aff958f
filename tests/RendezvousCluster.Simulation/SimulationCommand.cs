using System.Diagnostics;
using System.Globalization;
using RendezvousCluster.Simulation.Flaws;
using RendezvousCluster.Simulation.Plans;
using RendezvousCluster.Simulation.Runs;

namespace RendezvousCluster.Simulation;

/// <summary>
/// <c>--seeds 1000 --from 1</c> runs a thousand seeds and tells of each that fails, made short. <c>--trace 17</c> prints all that happens
/// in one seed. <c>--bugs 300</c> looks for every planted bug among so many seeds.
/// </summary>
internal sealed class SimulationCommand(TextWriter output)
{
    private const int DefaultSeeds = 20;

    /// <summary>Runs the command.</summary>
    /// <returns>0 when all promises were kept, 1 when not, 2 when the arguments make no sense.</returns>
    public int Run(string[] arguments)
    {
        var options = new Dictionary<string, ulong>(StringComparer.Ordinal);
        for (int at = 0; at < arguments.Length; at += 2)
        {
            if (arguments[at] is not ("--seeds" or "--from" or "--trace" or "--bugs")
                || at + 1 == arguments.Length
                || !ulong.TryParse(arguments[at + 1], NumberStyles.None, CultureInfo.InvariantCulture, out ulong value))
            {
                output.WriteLine("Usage: [--seeds <how many>] [--from <first seed>] | --trace <seed> | --bugs <how many seeds>");
                return 2;
            }

            options[arguments[at]] = value;
        }

        return options.TryGetValue("--trace", out ulong traced) ? Trace(traced)
            : options.TryGetValue("--bugs", out ulong most) ? FindBugs(most)
            : RunSeeds(options.GetValueOrDefault("--from", 1UL), options.GetValueOrDefault("--seeds", (ulong)DefaultSeeds));
    }

    private int RunSeeds(ulong from, ulong count)
    {
        var watch = Stopwatch.StartNew();
        SeedSweep sweep = SeedSweep.Run(from, count, failed => output.WriteLine(FailureReport.Write(failed)));
        output.WriteLine(sweep.Statistics);
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{sweep.Failures} of {count} seeds failed; {sweep.Statistics.Steps / watch.Elapsed.TotalSeconds:F0} steps/s"));
        return sweep.Failures == 0 ? 0 : 1;
    }

    private int Trace(ulong seed)
    {
        RunResult result = SimulationRun.Run(
            PlanGenerator.Generate(seed),
            trace: (time, text) => output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{time,9} ms  {text}")));
        output.WriteLine(result.Violation is { } violation ? $"{violation.Invariant}: {violation.Text}" : "all promises were kept");
        return result.Violation is null ? 0 : 1;
    }

    private int FindBugs(ulong most)
    {
        int missed = 0;
        foreach (PlantedBug bug in PlantedBugs.All)
        {
            RunResult? found = bug.Find(most);
            missed += found is null ? 1 : 0;
            output.WriteLine(found is { Violation: { } violation }
                ? $"{bug.Name}: seed {found.Plan.Seed}, step {found.Steps}, "
                    + $"{violation.Invariant}{(bug.Found.Contains(violation.Invariant) ? string.Empty : " (not the one expected)")}: "
                    + $"{violation.Text.Split('\n')[0]}"
                : $"{bug.Name}: not found");
        }

        return missed == 0 ? 0 : 1;
    }
}
