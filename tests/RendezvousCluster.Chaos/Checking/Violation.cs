namespace RendezvousCluster.Chaos.Checking;

/// <summary>A promise that was broken.</summary>
/// <param name="Invariant">Which one.</param>
/// <param name="At">When it was noticed, in milliseconds since the run began.</param>
/// <param name="Text">How it was noticed.</param>
internal sealed record Violation(Invariant Invariant, long At, string Text)
{
    public override string ToString() => $"{At,9} ms  {Invariant}: {Text}";
}
