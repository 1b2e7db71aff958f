namespace RendezvousCluster.Benchmarks.Comparison;

/// <summary>What one step of one round took at one point.</summary>
/// <param name="Operations">How many there were.</param>
/// <param name="Elapsed">From the first to the last.</param>
/// <param name="Cpu">What the point's process took of the processors; null when that cannot be seen.</param>
/// <param name="Milliseconds">How long each operation took, in order of length.</param>
internal sealed record StepResult(int Operations, TimeSpan Elapsed, TimeSpan? Cpu, double[] Milliseconds)
{
    public double PerSecond => Operations / Elapsed.TotalSeconds;

    /// <summary>Processor time of the point for an operation; not a number when that cannot be seen.</summary>
    public double CpuMicroseconds => Cpu is { } cpu ? cpu.TotalMicroseconds / Operations : double.NaN;

    /// <summary>The time that so much of all operations took at most.</summary>
    public double Percentile(double part) => Milliseconds[Math.Min(Milliseconds.Length - 1, (int)(Milliseconds.Length * part))];
}
