using Akka.Actor;
using Microsoft.Extensions.Time.Testing;
using RendezvousCluster.Registry.Entities;
using RendezvousCluster.Registry.Journal;
using RendezvousCluster.Registry.Outages;

namespace RendezvousCluster.Registry.Tests.Outages;

public sealed class StoreReportsTests
{
    private static readonly Address One = new("akka.tcp", "rendezvous", "10.0.0.1", 7000);
    private static readonly Address Other = new("akka.tcp", "rendezvous", "10.0.0.2", 7000);

    private readonly FakeTimeProvider _time = new();
    private readonly StoreReports _reports;

    public StoreReportsTests() => _reports = new StoreReports(_time);

    [Fact]
    public void A_node_that_says_the_same_for_long_enough_is_believed()
    {
        Say(StoreReports.BelievedAfter, (One, true), (Other, false));

        Assert.Equal(StoreState.Away, _reports.StateOf(One));
        Assert.Equal(StoreState.Well, _reports.StateOf(Other));
    }

    [Fact]
    public void A_short_stall_is_not()
    {
        Say(StoreReports.BelievedAfter - StoreWatch.Interval, (One, true));
        Assert.Equal(StoreState.Unknown, _reports.StateOf(One));

        Say(StoreWatch.Interval, (One, false));
        Assert.Equal(StoreState.Unknown, _reports.StateOf(One));
    }

    [Fact]
    public void A_node_that_says_something_else_begins_anew()
    {
        Say(StoreReports.BelievedAfter, (One, true));

        _reports.Heard(One, isAway: false);
        Assert.Equal(StoreState.Unknown, _reports.StateOf(One));

        Say(StoreReports.BelievedAfter, (One, false));
        Assert.Equal(StoreState.Well, _reports.StateOf(One));
    }

    [Fact]
    public void A_node_that_falls_silent_is_forgotten_also_when_it_speaks_again()
    {
        Say(StoreReports.BelievedAfter, (One, true));
        _time.Advance(StoreReports.Lifetime);
        Assert.Equal(StoreState.Away, _reports.StateOf(One)); // just yet

        _time.Advance(TimeSpan.FromTicks(1));
        Assert.Equal(StoreState.Unknown, _reports.StateOf(One));

        _reports.Heard(One, isAway: true);
        Assert.Equal(StoreState.Unknown, _reports.StateOf(One));
    }

    /// <summary>Its owners may still know what the store that is back has lost.</summary>
    [Fact]
    public void A_node_that_has_had_an_outage_is_troubled_for_a_while_longer()
    {
        Assert.False(_reports.IsTroubled(One));

        _reports.Heard(One, isAway: true);
        Assert.True(_reports.IsTroubled(One));
        Assert.False(_reports.IsTroubled(Other));

        _reports.Heard(One, isAway: false);
        _time.Advance(StoreReports.Aftermath);
        Assert.True(_reports.IsTroubled(One)); // just yet

        _time.Advance(TimeSpan.FromTicks(1));
        Assert.False(_reports.IsTroubled(One));
    }

    /// <summary>It is kept for as long, and owners look before.</summary>
    [Fact]
    public void Kept_memory_is_used_or_forgotten_before_shards_move_again() => Assert.True(
        StoreReports.Aftermath > StoreHealth.KeptAfterwards + JournalEntitySettings.VerificationSpread);

    [Fact]
    public void Of_whom_nothing_was_heard_nothing_is_known() => Assert.Equal(StoreState.Unknown, _reports.StateOf(One));

    /// <summary>
    /// The database comes back right after a look of the one node has begun that will fail, and the other node sees it at once.
    /// </summary>
    [Fact]
    public void The_last_to_see_the_database_again_is_not_taken_for_one_that_lost_it() =>
        Assert.True(StoreReports.BelievedAfter > ServerStore.AnswerTimeout + StoreHealth.LookInterval);

    /// <summary>A report, a look that takes as long as one may, and the pause before the next report.</summary>
    [Fact]
    public void A_node_whose_looks_are_slow_is_not_silent() =>
        Assert.True(StoreReports.Lifetime > ServerStore.AnswerTimeout + StoreWatch.Interval);

    private void Say(TimeSpan during, params (Address Node, bool IsAway)[] words)
    {
        for (TimeSpan passed = TimeSpan.Zero; ; passed += StoreWatch.Interval)
        {
            Array.ForEach(words, word => _reports.Heard(word.Node, word.IsAway));
            if (passed >= during)
            {
                return;
            }

            _time.Advance(StoreWatch.Interval);
        }
    }
}
