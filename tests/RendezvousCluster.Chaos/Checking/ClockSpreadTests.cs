using RendezvousCluster.Chaos.History;

namespace RendezvousCluster.Chaos.Checking;

public sealed class ClockSpreadTests
{
    private readonly ClockSpread _clocks = new(
    [
        new FaultEvent(FaultKind.Clock, 0, 1_000, 2_000, 1_000, Skew: 3_000),
        new FaultEvent(FaultKind.Clock, 1, 1_500, 3_000, 1_500, Skew: -500),
        new FaultEvent(FaultKind.Clock, 0, 5_000, 6_000, 5_000, Skew: 700),
        new FaultEvent(FaultKind.Kill, 0, 0, 9_000, 0),
    ]);

    [Theory]
    [InlineData(0, 999, 0)]
    [InlineData(0, 1_000, 3_000)]
    [InlineData(1_600, 1_600, 3_500)]
    [InlineData(2_001, 2_100, 500)]
    [InlineData(3_001, 4_999, 0)]
    [InlineData(6_000, 6_500, 700)]
    [InlineData(0, 9_000, 3_500)]
    public void The_spread_is_the_largest_difference_in_a_span_of_time(long from, long to, long expected) =>
        Assert.Equal(expected, _clocks.Between(from, to));
}
