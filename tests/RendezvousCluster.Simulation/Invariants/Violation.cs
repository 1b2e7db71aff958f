namespace RendezvousCluster.Simulation.Invariants;

/// <summary>A promise that was broken.</summary>
/// <param name="Invariant">Which one.</param>
/// <param name="Text">How it was noticed.</param>
/// <param name="At">When, in milliseconds since the beginning.</param>
internal sealed record Violation(Invariant Invariant, string Text, long At);
