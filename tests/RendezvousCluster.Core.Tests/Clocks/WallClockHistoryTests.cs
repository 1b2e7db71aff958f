using RendezvousCluster.Core.Clocks;

namespace RendezvousCluster.Core.Tests.Clocks;

public sealed class WallClockHistoryTests
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    private readonly WallClockHistory _history = new(Hour);

    [Fact]
    public void A_clock_that_keeps_its_course_makes_no_step()
    {
        Assert.Null(_history.Look(TimeSpan.FromSeconds(1), TimeSpan.FromMilliseconds(3)));
        Assert.Null(_history.Look(TimeSpan.FromSeconds(2), TimeSpan.FromMilliseconds(-249)));

        Assert.Equal((TimeSpan.Zero, TimeSpan.Zero), _history.Range(TimeSpan.FromSeconds(2)));
    }

    [Theory]
    [InlineData(10_800)]
    [InlineData(-10_800)]
    [InlineData(0.25)]
    public void A_step_is_reported_once_with_its_size_and_direction(double seconds)
    {
        TimeSpan size = TimeSpan.FromSeconds(seconds);

        Assert.Equal(new WallClockStep(size), _history.Look(TimeSpan.FromSeconds(5), size));
        Assert.Null(_history.Look(TimeSpan.FromSeconds(6), size));
        Assert.Equal(new WallClockStep(-size), _history.Look(TimeSpan.FromSeconds(7), TimeSpan.Zero));
    }

    [Fact]
    public void A_slow_drift_is_reported_when_it_has_become_a_step()
    {
        WallClockStep?[] steps =
            [.. Enumerable.Range(1, 30).Select(i => _history.Look(TimeSpan.FromSeconds(i), TimeSpan.FromMilliseconds(10 * i)))];

        Assert.Equal(25, Array.FindIndex(steps, step => step is not null) + 1);
    }

    [Fact]
    public void Both_times_count_until_an_hour_after_a_step()
    {
        TimeSpan ahead = TimeSpan.FromHours(80);
        _history.Look(TimeSpan.FromMinutes(10), ahead);

        Assert.Equal((TimeSpan.Zero, ahead), _history.Range(TimeSpan.FromMinutes(10)));
        Assert.Equal((TimeSpan.Zero, ahead), _history.Range(TimeSpan.FromMinutes(70) - TimeSpan.FromTicks(1)));
        Assert.Equal((ahead, ahead), _history.Range(TimeSpan.FromMinutes(70)));
    }

    [Fact]
    public void A_wrong_time_counts_for_an_hour_after_it_was_set_right()
    {
        TimeSpan ahead = TimeSpan.FromHours(3);
        _history.Look(TimeSpan.FromSeconds(10), ahead);
        _history.Look(TimeSpan.FromSeconds(15), TimeSpan.Zero);

        Assert.Equal((TimeSpan.Zero, ahead), _history.Range(TimeSpan.FromSeconds(15) + Hour - TimeSpan.FromTicks(1)));
        Assert.Equal((TimeSpan.Zero, TimeSpan.Zero), _history.Range(TimeSpan.FromSeconds(15) + Hour));
    }

    [Fact]
    public void The_lowest_since_the_start_is_never_forgotten()
    {
        _history.Look(TimeSpan.FromSeconds(1), TimeSpan.FromHours(-3));
        _history.Look(TimeSpan.FromSeconds(2), TimeSpan.Zero);
        _history.Range(TimeSpan.FromDays(30));

        Assert.Equal(TimeSpan.FromHours(-3), _history.LowestEver);
    }

    [Theory]
    [InlineData(-3.5, -4, 0)]
    [InlineData(3.5, 0, 4)]
    [InlineData(0.9, 0, 0)]
    [InlineData(-0.9, 0, 0)]
    public void A_wall_clock_of_another_process_counts_in_whole_seconds(double seconds, int low, int high)
    {
        TimeSpan heard = TimeSpan.FromSeconds(seconds);

        _history.Hear(TimeSpan.FromSeconds(1), heard, heard);

        Assert.Equal((TimeSpan.FromSeconds(low), TimeSpan.FromSeconds(high)), _history.Range(TimeSpan.FromSeconds(1)));
        Assert.Equal((TimeSpan.Zero, TimeSpan.Zero), _history.OwnRange(TimeSpan.FromSeconds(1)));
    }

    [Fact]
    public void An_offset_of_another_process_counts_for_an_hour_at_least_and_two_at_most()
    {
        _history.Hear(TimeSpan.Zero, TimeSpan.FromHours(-3), TimeSpan.FromHours(-3));
        _history.Hear(Hour, TimeSpan.Zero, TimeSpan.Zero);

        Assert.Equal((TimeSpan.FromHours(-3), TimeSpan.Zero), _history.Range((2 * Hour) - TimeSpan.FromTicks(1)));
        Assert.Equal((TimeSpan.Zero, TimeSpan.Zero), _history.Range(2 * Hour));
        Assert.Equal(TimeSpan.FromHours(-3), _history.LowestEver);
    }

    [Fact]
    public void Each_offset_follows_a_steady_clock_that_was_moved()
    {
        TimeSpan ahead = TimeSpan.FromHours(80);
        _history.Look(TimeSpan.FromSeconds(1), -Hour);
        _history.Hear(TimeSpan.FromSeconds(1), Hour, Hour);

        _history.Move(ahead);

        Assert.Equal((-Hour - ahead, Hour - ahead), _history.Range(TimeSpan.FromSeconds(2)));
        Assert.Equal((-Hour - ahead, -ahead), _history.OwnRange(TimeSpan.FromSeconds(2)));
        Assert.Equal(-Hour - ahead, _history.LowestEver);
        Assert.Null(_history.Look(TimeSpan.FromSeconds(2), -Hour - ahead));
    }

    [Fact]
    public void A_clock_that_is_set_without_end_is_remembered_by_its_extremes()
    {
        for (int i = 1; i <= 1000; i++)
        {
            _history.Look(TimeSpan.FromSeconds(i), TimeSpan.FromSeconds(i == 500 ? 1_000_000 : i % 2 == 0 ? i : -i));
        }

        Assert.InRange(_history.SpanCount, 1, WallClockHistory.MaxSpans);
        Assert.Equal(
            (TimeSpan.FromSeconds(-999), TimeSpan.FromSeconds(1_000_000)), _history.Range(TimeSpan.FromSeconds(1000)));
    }
}
