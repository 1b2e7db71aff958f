using RendezvousCluster.Core.Clocks;
using RendezvousCluster.Testing;

namespace RendezvousCluster.Core.Tests.Clocks;

public sealed class RegistryClockTests
{
    private static readonly DateTimeOffset Start = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly SteppingTimeProvider _wall = new(Start);
    private readonly RegistryClock _clock;
    private readonly List<WallClockStep> _steps = [];

    public RegistryClockTests() => _clock = new RegistryClock(new SteadyTimeProvider(_wall)) { Stepped = _steps.Add };

    [Fact]
    public void A_process_believes_its_clock_after_an_hour_of_steady_time()
    {
        Assert.False(_clock.Look().IsBelieved);

        _wall.Step(TimeSpan.FromHours(2));
        Assert.False(_clock.Look().IsBelieved);

        _wall.Advance(WallClockHistory.DefaultBelief);
        Assert.True(_clock.Look().IsBelieved);
    }

    [Fact]
    public void A_step_shows_in_the_reading_and_is_reported()
    {
        _clock.Look();
        _wall.Step(TimeSpan.FromHours(-3));

        ClockReading reading = _clock.Look();

        Assert.Equal(
            (Start, TimeSpan.FromHours(-3), TimeSpan.Zero, TimeSpan.FromHours(-3)),
            (reading.Now, reading.Lowest, reading.Highest, reading.LowestEver));
        Assert.Equal(Start.AddHours(-3), reading.EarliestWall);
        Assert.Equal(TimeSpan.FromHours(-3), _clock.Lowest);
        Assert.Equal([new WallClockStep(TimeSpan.FromHours(-3))], _steps);
    }

    [Fact]
    public void A_clock_without_a_wall_clock_never_steps()
    {
        var clock = new RegistryClock(_wall) { Stepped = _steps.Add };
        _wall.Step(TimeSpan.FromHours(3));

        Assert.Equal((TimeSpan.Zero, TimeSpan.Zero), (clock.Look().Lowest, clock.Look().Highest));
        Assert.Empty(_steps);
    }

    [Fact]
    public void A_process_that_follows_another_goes_by_its_time_and_reports_no_step()
    {
        var run = Guid.NewGuid();
        TimeSpan ahead = TimeSpan.FromHours(-80);

        _clock.Follow(run, ahead);

        ClockReading reading = _clock.Look();
        Assert.Equal((Start + ahead, run), (reading.Now, reading.Run));
        Assert.Equal(Start + ahead, _clock.Time.GetUtcNow());
        Assert.Equal((-ahead, -ahead, -ahead), (reading.Lowest, reading.Highest, reading.LowestEver));
        Assert.Equal(-ahead, _clock.Lowest);
        Assert.Equal(Start + ahead + WallClockHistory.DefaultBelief, reading.BelievesFrom);
        Assert.Equal(new TimeScale(run, ahead), _clock.Scale);
        Assert.Empty(_steps);
    }

    [Fact]
    public void The_scale_from_before_a_process_followed_another_goes_on()
    {
        TimeScale before = _clock.Scale;
        ClockReading read = _clock.Look();
        _clock.Follow(Guid.NewGuid(), TimeSpan.FromHours(3));
        _wall.Advance(TimeSpan.FromSeconds(5));

        Assert.Equal(read with { Now = Start.AddSeconds(5) }, _clock.Look(before));
        Assert.Equal(Start.AddSeconds(5), _clock.NowIn(before));
        Assert.Equal(Start.AddSeconds(5).AddHours(3), _clock.NowIn(_clock.Scale));
        Assert.Equal((TimeSpan.Zero, TimeSpan.FromHours(-3)), (_clock.LowestIn(before), _clock.Lowest));
    }

    [Fact]
    public void Steps_after_a_process_followed_another_are_reported_as_before()
    {
        _clock.Follow(Guid.NewGuid(), TimeSpan.FromHours(3));
        _wall.Step(TimeSpan.FromHours(1));
        _clock.Look();

        Assert.Equal([new WallClockStep(TimeSpan.FromHours(1))], _steps);
    }

    [Fact]
    public void A_process_counts_with_the_wall_clocks_of_others_and_does_not_pass_them_on()
    {
        _clock.Hear(TimeSpan.FromHours(-3), TimeSpan.FromHours(80));

        ClockReading reading = _clock.Look();
        Assert.Equal((TimeSpan.FromHours(-3), TimeSpan.FromHours(80)), (reading.Lowest, reading.Highest));
        Assert.Equal(TimeSpan.FromHours(-3), _clock.Lowest);
        ClockReading own = _clock.LookAtOwn();
        Assert.Equal((TimeSpan.Zero, TimeSpan.Zero), (own.Lowest, own.Highest));
        Assert.Empty(_steps);
    }

    [Fact]
    public void A_clock_that_no_wall_clock_stands_behind_follows_nobody()
    {
        var clock = new RegistryClock(_wall);
        TimeScale scale = clock.Scale;

        clock.Follow(Guid.NewGuid(), TimeSpan.FromHours(3));

        Assert.Equal((scale, Start), (clock.Scale, clock.NowIn(clock.Scale)));
    }

    [Fact]
    public void Each_process_is_a_run_of_its_own() =>
        Assert.NotEqual(_clock.Look().Run, new RegistryClock(TimeProvider.System).Look().Run);
}
