using RendezvousCluster.Core.Clocks;
using RendezvousCluster.Testing;

namespace RendezvousCluster.Core.Tests.Clocks;

public sealed class SteadyTimeProviderTests
{
    private static readonly DateTimeOffset Start = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly SteppingTimeProvider _wall = new(Start);

    [Theory]
    [InlineData(3)]
    [InlineData(-3)]
    [InlineData(80)]
    public void A_steady_clock_goes_on_where_it_was_when_the_wall_clock_is_set(int hours)
    {
        var steady = new SteadyTimeProvider(_wall);
        _wall.Advance(TimeSpan.FromMinutes(1));
        _wall.Step(TimeSpan.FromHours(hours));
        _wall.Advance(TimeSpan.FromMinutes(1));

        Assert.Equal(Start.AddMinutes(2), steady.GetUtcNow());
        Assert.Equal(Start.AddMinutes(2).AddHours(hours), steady.Wall.GetUtcNow());
    }

    [Fact]
    public void A_steady_clock_begins_with_the_wall_clock()
    {
        _wall.Step(TimeSpan.FromHours(80));

        Assert.Equal(Start.AddHours(80), new SteadyTimeProvider(_wall).GetUtcNow());
    }

    [Fact]
    public void Its_timers_run_by_the_steady_time()
    {
        int fired = 0;
        using ITimer timer = new SteadyTimeProvider(_wall).CreateTimer(
            _ => fired++, null, TimeSpan.FromMinutes(1), Timeout.InfiniteTimeSpan);
        _wall.Step(TimeSpan.FromHours(80));
        Assert.Equal(0, fired);

        _wall.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(1, fired);
    }

    [Fact]
    public void A_clock_without_a_wall_clock_behind_it_is_its_own()
    {
        var steady = new SteadyTimeProvider(_wall);

        Assert.Same(_wall, SteadyTimeProvider.WallOf(steady));
        Assert.Same(TimeProvider.System, SteadyTimeProvider.WallOf(TimeProvider.System));
    }
}
