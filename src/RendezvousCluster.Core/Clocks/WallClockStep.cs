namespace RendezvousCluster.Core.Clocks;

/// <summary>The wall clock was set: it has gone another way than the steady time.</summary>
/// <param name="Size">By how much; below zero: back.</param>
internal readonly record struct WallClockStep(TimeSpan Size);
