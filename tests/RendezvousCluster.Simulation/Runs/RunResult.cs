using RendezvousCluster.Simulation.Invariants;
using RendezvousCluster.Simulation.Plans;

namespace RendezvousCluster.Simulation.Runs;

/// <summary>How a run ended.</summary>
/// <param name="Plan">What happened in it.</param>
/// <param name="Violation">The promise that was broken; null when all were kept.</param>
/// <param name="Steps">How many steps it took, up to the broken promise.</param>
/// <param name="Statistics">What happened.</param>
/// <param name="IsWhole">Whether it came to its end.</param>
internal sealed record RunResult(Plan Plan, Violation? Violation, long Steps, RunStatistics Statistics, bool IsWhole);
