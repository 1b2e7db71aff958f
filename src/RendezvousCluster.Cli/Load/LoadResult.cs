namespace RendezvousCluster.Cli.Load;

/// <summary>What one phase did and cost.</summary>
/// <param name="Phase">Which.</param>
/// <param name="Operations">Requests that were answered OK.</param>
/// <param name="Errors">Requests that were not.</param>
/// <param name="FirstError">What the first error said, or null.</param>
/// <param name="Found">Registrations in all answers together.</param>
/// <param name="Elapsed">How long it took.</param>
/// <param name="P50">Half of the answers took no longer.</param>
/// <param name="P99">99 in 100 took no longer.</param>
/// <param name="OwnCpu">CPU time of this process.</param>
/// <param name="Server">CPU time of the server in this phase, and its memory after it; null when its process id was not given.</param>
internal sealed record LoadResult(
    LoadPhase Phase,
    long Operations,
    long Errors,
    string? FirstError,
    long Found,
    TimeSpan Elapsed,
    TimeSpan P50,
    TimeSpan P99,
    TimeSpan OwnCpu,
    ProcessCost? Server)
{
    /// <summary>Operations per second.</summary>
    public double PerSecond => Operations / Elapsed.TotalSeconds;

    /// <summary>This process's CPU time per operation, in microseconds.</summary>
    public double OwnMicroseconds => Operations == 0 ? 0 : OwnCpu.TotalMicroseconds / Operations;

    /// <summary>The server's CPU time per operation, in microseconds; null when it is not known.</summary>
    public double? ServerMicroseconds => Server is { } server && Operations > 0 ? server.Cpu.TotalMicroseconds / Operations : null;
}
