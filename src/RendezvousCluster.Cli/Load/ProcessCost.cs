using System.Diagnostics;

namespace RendezvousCluster.Cli.Load;

/// <summary>What a process has cost so far.</summary>
/// <param name="Cpu">CPU time, user and kernel.</param>
/// <param name="ResidentBytes">Its memory.</param>
internal readonly record struct ProcessCost(TimeSpan Cpu, long ResidentBytes)
{
    /// <summary>Reads it off the system.</summary>
    /// <exception cref="ArgumentException">There is no such process.</exception>
    public static ProcessCost Of(int processId)
    {
        using var process = Process.GetProcessById(processId);
        return new ProcessCost(process.TotalProcessorTime, process.WorkingSet64);
    }

    /// <summary>The CPU time since then, and the memory now.</summary>
    public ProcessCost Since(ProcessCost before) => this with { Cpu = Cpu - before.Cpu };
}
