namespace RendezvousCluster.Testing;

/// <summary>
/// The tests of this class, or of this collection, take about so long, one after the other: a suite in the order of <see
/// cref="LongestFirst"/> begins with those that take the most.
/// </summary>
/// <param name="seconds">On two idle cores; only its size beside others matters.</param>
[AttributeUsage(AttributeTargets.Class)]
public sealed class TakesSecondsAttribute(int seconds) : Attribute
{
    /// <summary>About how long.</summary>
    public int Seconds { get; } = seconds;
}
