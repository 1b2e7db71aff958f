namespace RendezvousCluster.Benchmarks;

/// <summary>Several measurements of one value; the median is the one to quote, the spread tells how noisy the machine was.</summary>
internal sealed class Measurements(string name, string unit)
{
    private readonly List<double> _values = [];

    public void Add(double value) => _values.Add(value);

    public override string ToString()
    {
        double[] sorted = [.. _values.Order()];
        return $"{name}: median {sorted[sorted.Length / 2]:0.##} {unit} (min {sorted[0]:0.##}, max {sorted[^1]:0.##}, {sorted.Length} "
            + "runs)";
    }
}
