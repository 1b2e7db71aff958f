using RendezvousCluster.Core.Clocks;

namespace RendezvousCluster.Core.Tests.Clocks;

public sealed class ClockDifferenceTests
{
    private static readonly DateTimeOffset Heard = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Both clocks, and how long each way took: the truth lies within the margin, and a certain difference is one.</summary>
    [Theory]
    [InlineData(0, 0, 0)]
    [InlineData(3_000, 1, 1)]
    [InlineData(-3_000, 400, 0)]
    [InlineData(3_000, 0, 400)]
    [InlineData(19, 0, 30)]
    [InlineData(-288_000_000, 7, 480)]
    public void The_true_difference_lies_within_the_margin(int aheadMilliseconds, int thereMilliseconds, int backMilliseconds)
    {
        TimeSpan ahead = TimeSpan.FromMilliseconds(aheadMilliseconds);
        TimeSpan back = TimeSpan.FromMilliseconds(backMilliseconds);
        TimeSpan roundTrip = TimeSpan.FromMilliseconds(thereMilliseconds) + back;

        var difference = ClockDifference.Measure(Heard - back + ahead, Heard, roundTrip);

        Assert.InRange(ahead, difference.Ahead - difference.Margin, difference.Ahead + difference.Margin);
        Assert.False(difference.IsAtLeast(ahead.Duration() + TimeSpan.FromTicks(1)));
    }

    [Theory]
    [InlineData(600, 200, true)]
    [InlineData(600, 199, true)]
    [InlineData(600, 201, false)]
    [InlineData(-600, 200, true)]
    [InlineData(-600, 201, false)]
    public void A_difference_counts_less_the_half_of_the_way_and_a_millisecond_of_rounding(
        int aheadMilliseconds, int roundTripMilliseconds, bool isAtLeast)
    {
        TimeSpan roundTrip = TimeSpan.FromMilliseconds(roundTripMilliseconds);

        var difference = ClockDifference.Measure(
            Heard - (roundTrip / 2) + TimeSpan.FromMilliseconds(aheadMilliseconds), Heard, roundTrip);

        Assert.Equal(isAtLeast, difference.IsAtLeast(TimeSpan.FromMilliseconds(499)));
    }
}
