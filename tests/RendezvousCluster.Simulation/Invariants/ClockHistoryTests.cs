namespace RendezvousCluster.Simulation.Invariants;

public sealed class ClockHistoryTests
{
    private readonly ClockHistory _clocks = new();

    [Fact]
    public void Clocks_that_were_never_set_agree() => Assert.Equal(0, _clocks.Spread(0, 1_000_000));

    [Fact]
    public void The_largest_distance_in_the_span_counts()
    {
        _clocks.Set(100, -5, 10);
        _clocks.Set(200, 0, 0);

        Assert.Equal(0, _clocks.Spread(0, 99));
        Assert.Equal(15, _clocks.Spread(50, 150));
        Assert.Equal(15, _clocks.Spread(150, 160));
        Assert.Equal(0, _clocks.Spread(201, 300));
    }

    [Fact]
    public void One_clock_before_and_another_after_a_step_are_apart_as_well()
    {
        _clocks.Set(0, 20, 20);
        _clocks.Set(100, 0, 0);

        Assert.Equal(20, _clocks.Spread(50, 150));
    }

    [Fact]
    public void A_clock_set_twice_at_once_counts_for_that_moment()
    {
        _clocks.Set(100, 0, 40);
        _clocks.Set(100, 0, 0);

        Assert.Equal(40, _clocks.Spread(100, 200));
        Assert.Equal(0, _clocks.Spread(101, 200));
        Assert.Equal(40, _clocks.Widest);
    }
}
