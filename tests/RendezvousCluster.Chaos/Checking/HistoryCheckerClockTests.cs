using RendezvousCluster.Chaos.History;
using static RendezvousCluster.Chaos.Checking.HistoryBuilder;

namespace RendezvousCluster.Chaos.Checking;

/// <summary>
/// Clocks that differ change when something expires, by exactly as much as they differ, and nothing else. TTLs are a minute.
/// </summary>
public sealed class HistoryCheckerClockTests
{
    private const long Skew = 20_000;

    private readonly HistoryBuilder _history = new();

    [Fact]
    public void A_registration_granted_under_a_fast_clock_may_be_seen_for_longer_under_a_true_one()
    {
        // A minute, and what a late copy may take, and the difference.
        _history.Clock(0, 1_000, Skew).Register(1, at: 500).Discover(2_000, Peer(1, 78)).Discover(79_000, Peer(1, 1));
        Assert.Empty(_history.Broken());

        Assert.Equal([Invariant.ExpiredIsNotFound], _history.Discover(120_000, Peer(1, 1)).Broken());
    }

    [Fact]
    public void And_not_for_longer_than_the_difference() =>
        Assert.Equal(
            [Invariant.ExpiredIsNotFound], _history.Clock(0, 1_000, Skew).Register(1, at: 500).Discover(2_000, Peer(1, 85)).Broken());

    [Fact]
    public void An_owner_with_a_fast_clock_may_take_it_for_expired_earlier()
    {
        _history.Register(1, at: 0).Clock(10_000, 90_000, Skew).Discover(41_000);
        Assert.Empty(_history.Broken());

        Assert.Equal([Invariant.AcknowledgedIsFound], _history.Discover(35_000).Broken());
    }

    [Fact]
    public void Clocks_that_are_off_in_both_directions_are_apart_by_the_sum()
    {
        _history.Clock(0, 90_000, 15_000).Clock(0, 90_000, -15_000, node: 1).Register(1, at: 1_000).Discover(32_000);
        Assert.Empty(_history.Broken());

        Assert.Equal([Invariant.AcknowledgedIsFound], _history.Discover(30_000).Broken());
    }

    [Fact]
    public void Before_a_step_and_when_it_is_long_over_everything_is_exact()
    {
        _history.Clock(100_000, 101_000, Skew).Register(1, at: 0).Discover(59_000).Register(1, at: 200_000).Discover(259_000);

        Assert.Equal([Invariant.AcknowledgedIsFound, Invariant.AcknowledgedIsFound], _history.Broken());
    }

    [Fact]
    public void A_clock_excuses_nothing_but_times()
    {
        _history.Clock(0, 90_000, Skew).Register(1, at: 0).Unregister(1, at: 5_000).Discover(6_000, Peer(1, 54)).Register(2, at: 7_000)
            .Discover(8_000);

        Assert.Equal([Invariant.UnregisteredStaysAway, Invariant.AcknowledgedIsFound], _history.Broken());
    }

    [Fact]
    public void An_unregister_by_a_fast_clock_may_find_it_expired_and_leave_it_to_a_slow_one() =>
        Assert.Empty(_history.Clock(0, 90_000, Skew).Register(1, at: 0).Unregister(1, at: 45_000).Discover(46_000, Peer(1, 14)).Broken());

    [Fact]
    public void A_request_without_an_answer_may_take_effect_for_longer_at_an_owner_with_a_slow_clock()
    {
        _history.Register(1, at: 0, outcome: Outcome.Unknown).Unregister(1, at: 25_000).Discover(36_000, Peer(1, 30));
        Assert.Equal([Invariant.UnregisteredStaysAway], _history.Broken());

        Assert.Empty(_history.Clock(0, 50_000, -Skew).Broken());
    }
}
