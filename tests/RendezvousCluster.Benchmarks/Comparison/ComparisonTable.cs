using System.Globalization;
using System.Text;

namespace RendezvousCluster.Benchmarks.Comparison;

/// <summary>What a comparison found: medians over the rounds, beside those of the first point.</summary>
internal sealed class ComparisonTable
{
    private readonly List<(string Point, List<StepResult[]> Rounds, long? RestBytes, long? EndBytes)> _points = [];

    /// <summary>The points, in the order in which they were added.</summary>
    public IReadOnlyList<string> Points => _points.ConvertAll(point => point.Point);

    /// <summary>Adds the rounds of a point, with its memory before the first and after the last.</summary>
    public void Add(string point, List<StepResult[]> rounds, long? restBytes, long? endBytes) =>
        _points.Add((point, rounds, restBytes, endBytes));

    /// <summary>The median over the rounds of one value of a step at a point.</summary>
    public double Median(string point, int step, Func<StepResult, double> value)
    {
        double[] sorted = [.. _points.Find(found => found.Point == point).Rounds.Select(round => value(round[step])).Order()];
        return sorted[sorted.Length / 2];
    }

    /// <summary>As a table of Markdown.</summary>
    public override string ToString()
    {
        var text = new StringBuilder("| | point | CPU of the point, µs | beside the first | p50, ms | p99, ms | a second |\n");
        text.Append("|---|---|---|---|---|---|---|\n");
        for (int step = 0; step < ComparisonRound.Steps.Length; step++)
        {
            foreach (string point in Points)
            {
                text.Append(Row(step, point));
            }
        }

        text.Append("\n| point | memory before the first round, MiB | after the last, MiB |\n|---|---|---|\n");
        foreach ((string point, _, long? rest, long? end) in _points)
        {
            text.Append(CultureInfo.InvariantCulture, $"| {point} | {Mebibytes(rest)} | {Mebibytes(end)} |\n");
        }

        return text.ToString();
    }

    private string Row(int step, string point)
    {
        double Of(Func<StepResult, double> value) => Median(point, step, value);
        double cpu = Of(result => result.CpuMicroseconds);
        double ratio = cpu / Median(_points[0].Point, step, result => result.CpuMicroseconds);
        string name = point == _points[0].Point ? ComparisonRound.Steps[step] : string.Empty;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"| {name} | {point} | {Number(cpu, "0")} | {Number(ratio, "0.00")} | {Of(result => result.Percentile(0.5)):0.0} "
            + $"| {Of(result => result.Percentile(0.99)):0.0} | {Of(result => result.PerSecond):0} |\n");
    }

    // The process of a point elsewhere cannot be seen.
    private static string Number(double value, string format) =>
        double.IsNaN(value) ? "–" : value.ToString(format, CultureInfo.InvariantCulture);

    private static string Mebibytes(long? bytes) => Number(bytes / 1048576.0 ?? double.NaN, "0");
}
