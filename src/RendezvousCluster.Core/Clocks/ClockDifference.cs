namespace RendezvousCluster.Core.Clocks;

/// <summary>By how much another node's clock is ahead of this one's, as far as a question and its answer can tell.</summary>
/// <param name="Ahead">The difference if the way there took as long as the way back.</param>
/// <param name="Margin">By how much more or less it may be.</param>
internal readonly record struct ClockDifference(TimeSpan Ahead, TimeSpan Margin)
{
    // Times travel in milliseconds.
    private static readonly TimeSpan Rounding = TimeSpan.FromMilliseconds(1);

    /// <summary>What an answer tells: it was said when half of the way was gone, give or take the other half.</summary>
    /// <param name="said">The time in the answer.</param>
    /// <param name="heardAt">The time here when it came.</param>
    /// <param name="roundTrip">How long question and answer took.</param>
    public static ClockDifference Measure(DateTimeOffset said, DateTimeOffset heardAt, TimeSpan roundTrip) =>
        new(said - (heardAt - (roundTrip / 2)), (roundTrip / 2) + Rounding);

    /// <summary>Whether the clocks are at least so far apart, regardless of what the way took.</summary>
    public bool IsAtLeast(TimeSpan apart) => Ahead.Duration() - Margin >= apart;
}
