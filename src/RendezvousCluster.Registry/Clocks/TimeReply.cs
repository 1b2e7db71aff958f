namespace RendezvousCluster.Registry.Clocks;

/// <summary>The answer to a <see cref="TimeQuery"/>: what the clocks of a node say.</summary>
/// <param name="Number">The query's.</param>
/// <param name="Now">Its steady clock.</param>
/// <param name="Run">The scale that it goes by.</param>
/// <param name="Lowest">The least by which its wall clock may be ahead of its steady one.</param>
/// <param name="Highest">The most.</param>
internal sealed record TimeReply(long Number, DateTimeOffset Now, Guid Run, TimeSpan Lowest, TimeSpan Highest);
