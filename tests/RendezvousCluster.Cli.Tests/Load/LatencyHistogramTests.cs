using RendezvousCluster.Cli.Load;

namespace RendezvousCluster.Cli.Tests.Load;

public sealed class LatencyHistogramTests
{
    private readonly LatencyHistogram _histogram = new();

    [Fact]
    public void Nothing_counted_is_zero()
    {
        Assert.Equal(TimeSpan.Zero, _histogram.Percentile(0.5));
        Assert.Equal(0, _histogram.Count);
    }

    [Fact]
    public void Percentiles_of_known_times_are_right_within_the_width_of_a_bucket()
    {
        for (int milliseconds = 1; milliseconds <= 1_000; milliseconds++)
        {
            _histogram.Add(TimeSpan.FromMilliseconds(milliseconds));
        }

        Assert.InRange(_histogram.Percentile(0.5).TotalMilliseconds, 500, 516);
        Assert.InRange(_histogram.Percentile(0.99).TotalMilliseconds, 990, 1_000);
        Assert.Equal(1_000, _histogram.Percentile(1).TotalMilliseconds);
    }

    [Fact]
    public void Every_length_of_time_is_reported_within_three_percent()
    {
        Random random = SeededRandom.Create(out int seed);
        for (int round = 0; round < 10_000; round++)
        {
            double microseconds = Math.Floor(Math.Pow(10, random.NextDouble() * 9));
            var histogram = new LatencyHistogram();
            histogram.Add(TimeSpan.FromMicroseconds(microseconds));
            histogram.Add(TimeSpan.FromHours(1)); // or the percentile would be the longest
            double told = histogram.Percentile(0.5).TotalMicroseconds;
            Assert.True(
                told >= microseconds && told <= Math.Max(microseconds + 1, microseconds * 1.032),
                $"seed {seed}: {microseconds} µs is reported as {told}");
        }
    }

    [Fact]
    public void A_time_outside_the_range_is_counted_at_the_edge()
    {
        _histogram.Add(TimeSpan.Zero);
        _histogram.Add(TimeSpan.FromDays(100));

        Assert.Equal(2, _histogram.Count);
        Assert.InRange(_histogram.Percentile(0.5), TimeSpan.Zero, TimeSpan.FromMicroseconds(2));
        Assert.Equal(TimeSpan.FromDays(100), _histogram.Longest);
    }

    [Fact]
    public void Two_together_count_what_both_have()
    {
        var other = new LatencyHistogram();
        _histogram.Add(TimeSpan.FromMilliseconds(1));
        other.Add(TimeSpan.FromMilliseconds(100));
        other.Add(TimeSpan.FromMilliseconds(101));

        _histogram.Add(other);

        Assert.Equal((3, TimeSpan.FromMilliseconds(101)), (_histogram.Count, _histogram.Longest));
        Assert.InRange(_histogram.Percentile(0.5).TotalMilliseconds, 100, 104);
    }
}
