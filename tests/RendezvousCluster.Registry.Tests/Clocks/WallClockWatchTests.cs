using Microsoft.Extensions.Logging;
using RendezvousCluster.Core.Clocks;
using RendezvousCluster.Libp2p.Logging;
using RendezvousCluster.Registry.Clocks;
using RendezvousCluster.Testing;
using RendezvousCluster.Testing.Metrics;

namespace RendezvousCluster.Registry.Tests.Clocks;

public sealed class WallClockWatchTests : IDisposable
{
    private static readonly DateTimeOffset Start = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly SteppingTimeProvider _wall = new(Start);
    private readonly RecordingLogger _log = new();
    private readonly TestMeters _meters = new();
    private readonly WallClockWatch _watch;

    public WallClockWatchTests()
    {
        _watch = new WallClockWatch(
            new RegistryClock(new SteadyTimeProvider(_wall)), new ClockMetrics(_meters), new Logger<WallClockWatch>(_log));
        _watch.Start();
    }

    public void Dispose()
    {
        _watch.Dispose();
        _meters.Dispose();
    }

    [Theory]
    [InlineData(-3, "set back by 03:00:00", "back")]
    [InlineData(80, "set ahead by 3.08:00:00", "ahead")]
    public void A_step_is_reported_within_a_second_with_its_size_and_direction(int hours, string told, string direction)
    {
        _wall.Step(TimeSpan.FromHours(hours));
        Assert.Empty(_log.Lines);

        _wall.Advance(WallClockWatch.Interval);

        (LogLevel level, string line) = Assert.Single(_log.Lines);
        Assert.Equal(LogLevel.Warning, level);
        Assert.Contains(told, line, StringComparison.Ordinal);
        Assert.Equal(1, _meters.Counted($"{ClockMetrics.StepsName} direction={direction}"));
        Assert.Equal(hours * 3600.0, _meters.Observe(ClockMetrics.LastStepName));
    }

    [Fact]
    public void Many_steps_make_few_lines_that_say_how_many()
    {
        for (int i = 0; i < 10; i++)
        {
            _wall.Step(TimeSpan.FromSeconds(10));
            _wall.Advance(WallClockWatch.Interval);
        }

        _wall.Advance(LogThrottle.Interval);

        Assert.Equal(2, _log.Lines.Count);
        Assert.Contains("9 such steps", _log.Lines[1].Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_clock_that_keeps_its_course_is_not_reported()
    {
        for (int i = 0; i < 100; i++)
        {
            _wall.Advance(WallClockWatch.Interval);
        }

        Assert.Empty(_log.Lines);
    }

    [Fact]
    public void A_journal_from_the_future_says_that_the_clock_went_back_between_two_starts()
    {
        _watch.Opened(Start + WallClockWatch.LeastAheadAtStart - TimeSpan.FromTicks(1));
        _watch.Opened(null);
        Assert.Empty(_log.Lines);

        _watch.Opened(Start.AddHours(3));

        Assert.Contains("is behind", Assert.Single(_log.Lines).Message, StringComparison.Ordinal);
        Assert.Equal(-3 * 3600.0, _meters.Observe(ClockMetrics.LastStepName));
    }
}
