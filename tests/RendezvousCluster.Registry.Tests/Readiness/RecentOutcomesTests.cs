using Microsoft.Extensions.Time.Testing;
using RendezvousCluster.Registry.Readiness;

namespace RendezvousCluster.Registry.Tests.Readiness;

public sealed class RecentOutcomesTests
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private readonly RecentOutcomes _outcomes;

    public RecentOutcomesTests() => _outcomes = new RecentOutcomes(_time);

    [Fact]
    public void Nothing_is_known_at_first() => Assert.Equal((0, 0), _outcomes.Recent());

    [Fact]
    public void Outcomes_count_for_the_window_and_no_longer()
    {
        _outcomes.Count(isServed: true);
        _time.Advance(RecentOutcomes.Window / 2);
        _outcomes.Count(isServed: false);
        _outcomes.Count(isServed: false);
        Assert.Equal((1, 2), _outcomes.Recent());

        _time.Advance(RecentOutcomes.Window / 2);
        Assert.Equal((0, 2), _outcomes.Recent());
        _time.Advance(RecentOutcomes.Window / 2);
        Assert.Equal((0, 0), _outcomes.Recent());
    }

    [Fact]
    public void A_second_that_comes_round_again_begins_at_zero()
    {
        _outcomes.Count(isServed: false);
        _time.Advance(RecentOutcomes.Window);

        _outcomes.Count(isServed: true);

        Assert.Equal((1, 0), _outcomes.Recent());
    }
}
