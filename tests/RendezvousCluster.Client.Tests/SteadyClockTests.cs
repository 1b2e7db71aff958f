namespace RendezvousCluster.Client.Tests;

public sealed class SteadyClockTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);

    private readonly TwoClocks _time = new();

    [Fact]
    public void Runs_with_the_wall_clock()
    {
        var clock = new SteadyClock(_time);
        _time.Pass(TimeSpan.FromMinutes(5));

        Assert.Equal(Noon.AddMinutes(5), clock.Now);
    }

    [Fact]
    public void The_clock_goes_on_when_the_wall_clock_is_set_back()
    {
        var clock = new SteadyClock(_time);
        _time.SetWall(Noon.AddHours(-1));
        _time.Pass(TimeSpan.FromMinutes(5));

        Assert.Equal(Noon.AddMinutes(5), clock.Now);
    }

    [Fact]
    public void Leaps_with_the_wall_clock_and_keeps_the_distance()
    {
        var clock = new SteadyClock(_time);
        _time.SetWall(Noon.AddHours(1));
        Assert.Equal(Noon.AddHours(1), clock.Now);

        _time.SetWall(Noon);
        _time.Pass(TimeSpan.FromMinutes(5));
        Assert.Equal(Noon.AddHours(1).AddMinutes(5), clock.Now);
    }

    /// <summary>A wall clock that can be set, and a steady one that only passes.</summary>
    private sealed class TwoClocks : TimeProvider
    {
        private DateTimeOffset _wall = Noon;
        private long _steady;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public void Pass(TimeSpan time)
        {
            _wall += time;
            _steady += time.Ticks;
        }

        public void SetWall(DateTimeOffset wall) => _wall = wall;

        public override DateTimeOffset GetUtcNow() => _wall;

        public override long GetTimestamp() => _steady;
    }
}
