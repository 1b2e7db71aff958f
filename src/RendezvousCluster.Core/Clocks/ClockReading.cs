namespace RendezvousCluster.Core.Clocks;

/// <summary>
/// What a process knows of the two clocks at a moment. Within a process everything goes by the steady clock; on disk stand times of a wall
/// clock, as only that is the same after a restart and at another node. This says how the one becomes the other.
/// </summary>
/// <remarks>
/// <para>
/// Nobody can tell from a step whether the clock was right before or is right now. So for a while
/// (<see cref="WallClockHistory.DefaultBelief"/>) both count: <b>what is written gets the latest time that it may be, what is read is
/// judged by the earliest.</b> An error then keeps something a little too long, and never loses it; and what is kept too long is bounded
/// by what was granted, counted from the moment at which it was read.
/// </para>
/// <para>
/// Times that the same process has written need no guess: the run that wrote them stands beside them, and by how much the times on disk
/// are ahead.
/// </para>
/// </remarks>
/// <param name="Now">The steady clock.</param>
/// <param name="Run">This process: a number for it alone.</param>
/// <param name="Lowest">The least by which the wall clock may be ahead of the steady one.</param>
/// <param name="Highest">The most by which it may be ahead.</param>
/// <param name="LowestEver">The least of it since the start of the process.</param>
/// <param name="BelievesFrom">
/// From this time on, by the steady clock, the process has watched the wall clock for long enough to delete by it.
/// </param>
internal readonly record struct ClockReading(
    DateTimeOffset Now, Guid Run, TimeSpan Lowest, TimeSpan Highest, TimeSpan LowestEver, DateTimeOffset BelievesFrom)
{
    /// <summary>Whether something may be deleted for good because of times that another process wrote.</summary>
    public bool IsBelieved => Now >= BelievesFrom;

    /// <summary>The earliest time that the wall clock may mean.</summary>
    public DateTimeOffset EarliestWall => Now + Lowest;
}
