namespace RendezvousCluster.Chaos.History;

/// <summary>A page of a DISCOVER.</summary>
/// <param name="From">When it was asked for, in milliseconds since the run began.</param>
/// <param name="To">When it came.</param>
/// <param name="Found">What was on it, in order.</param>
internal sealed record ReadPage(long From, long To, IReadOnlyList<FoundRecord> Found);
