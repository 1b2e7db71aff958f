using Microsoft.Extensions.Time.Testing;
using RendezvousCluster.Libp2p.Logging;

namespace RendezvousCluster.Libp2p.Tests.Logging;

public sealed class LogThrottleTests
{
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(1);

    private readonly FakeTimeProvider _time = new();
    private readonly List<string> _lines = [];
    private readonly LogThrottle<Latest<string>> _throttle;

    public LogThrottleTests() => _throttle = new LogThrottle<Latest<string>>(_time, latest => _lines.Add($"{latest.Count} {latest.Last}"));

    [Fact]
    public void The_first_line_comes_at_once_and_the_next_after_an_interval_with_all_that_came()
    {
        Add("a");
        Assert.Equal(["1 a"], _lines);

        Add("b");
        Add("c");
        _time.Advance(LogThrottle.Interval - Moment);
        Assert.Equal(["1 a"], _lines);
        _time.Advance(Moment);

        Assert.Equal(["1 a", "2 c"], _lines);
    }

    [Fact]
    public void Occurrences_that_never_stop_make_one_line_in_an_interval()
    {
        for (int second = 0; second < 10 * 60; second++)
        {
            Add("a");
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(11, _lines.Count);
        Assert.Equal(10 * 60, _lines.Sum(line => int.Parse(line.Split(' ')[0])));
    }

    [Fact]
    public void An_interval_in_which_nothing_came_has_no_line_and_ends_the_waiting()
    {
        Add("a");
        _time.Advance(100 * LogThrottle.Interval);
        Assert.Equal(["1 a"], _lines);

        Add("b");

        Assert.Equal(["1 a", "1 b"], _lines);
    }

    [Fact]
    public async Task Occurrences_are_neither_lost_nor_counted_twice_when_many_threads_add()
    {
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() =>
        {
            for (int i = 0; i < 1_000; i++)
            {
                Add("a");
            }
        })));
        _time.Advance(LogThrottle.Interval);

        Assert.Equal(["1 a", "3999 a"], _lines);
    }

    [Fact]
    public void A_step_of_the_wall_clock_neither_silences_the_log_nor_floods_it()
    {
        var time = new SteppedTimeProvider();
        var throttle = new LogThrottle<Latest<string>>(time, latest => _lines.Add($"{latest.Count} {latest.Last}"));
        throttle.Add("a", Latest<string>.Add);
        time.StepWallClock(TimeSpan.FromHours(-3));
        throttle.Add("b", Latest<string>.Add);
        time.Advance(LogThrottle.Interval);

        Assert.Equal(["1 a", "1 b"], _lines);
    }

    private void Add(string occurrence) => _throttle.Add(occurrence, Latest<string>.Add);

    /// <summary>Its wall clock can be set, its timers and timestamps go on evenly.</summary>
    private sealed class SteppedTimeProvider : FakeTimeProvider
    {
        private TimeSpan _step;

        public void StepWallClock(TimeSpan step) => _step += step;

        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + _step;
    }
}
