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
    public void Each_process_is_a_run_of_its_own() =>
        Assert.NotEqual(_clock.Look().Run, new RegistryClock(TimeProvider.System).Look().Run);
}
