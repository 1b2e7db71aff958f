using RendezvousCluster.Chaos.History;

namespace RendezvousCluster.Chaos.Checking;

/// <summary>
/// A quota of two. Everybody's namespace is the one with the number 0; those of the peer that wants more come after it. TTLs are a minute.
/// </summary>
public sealed class QuotaCheckerTests
{
    private readonly HistoryBuilder _history = new HistoryBuilder().Quota(2);

    [Fact]
    public void Up_to_the_quota_everything_is_acknowledged_and_beyond_it_nothing()
    {
        Hold(1, 2).Refuse(3, at: 300).Register(1, at: 400, ns: 1);

        Assert.Empty(Broken());
    }

    [Fact]
    public void One_more_than_the_quota_is_one_too_many()
    {
        Hold(1, 2, 3);

        Assert.Equal([Invariant.LimitsHold], Broken());
    }

    [Fact]
    public void Expired_and_unregistered_entries_leave_room()
    {
        Hold(1, 2).Register(1, at: 70_000, ns: 3).Register(1, at: 70_100, ns: 4).Unregister(1, at: 70_200, ns: 4)
            .Register(1, at: 70_300, ns: 5);

        Assert.Empty(Broken());
    }

    [Fact]
    public void An_unknown_outcome_does_not_count_against_the_quota()
    {
        Hold(1).Register(1, at: 200, ns: 2, outcome: Outcome.Unknown).Register(1, at: 300, ns: 3)
            .Unregister(1, at: 400, Outcome.Unknown, ns: 3).Register(1, at: 500, ns: 4);

        Assert.Empty(Broken());
    }

    [Fact]
    public void When_something_went_wrong_counting_may_have_begun_anew()
    {
        Hold(1, 2, 3).Fault(FaultKind.Kill, 150, 150);
        Assert.Empty(Broken());

        Hold(1_000_000L, 1, 2, 3);
        Assert.Equal([Invariant.LimitsHold], Broken());
    }

    [Fact]
    public void A_refresh_is_never_refused()
    {
        Hold(1, 2).Refuse(2, at: 300);
        Assert.Equal([Invariant.LimitsHold], Broken());

        _history.Fault(FaultKind.Kill, 150, 150);
        Assert.Equal([Invariant.LimitsHold], Broken());
    }

    [Fact]
    public void Below_the_quota_nothing_is_refused()
    {
        Hold(1).Refuse(3, at: 300);

        Assert.Equal([Invariant.LimitsHold], Broken());
    }

    [Fact]
    public void A_place_that_was_given_back_may_be_taken_for_a_moment_more()
    {
        Hold(1, 2).Unregister(1, at: 300, ns: 2).Refuse(3, at: 1_000);
        Assert.Empty(Broken());

        _history.Refuse(3, at: 5_000);
        Assert.Equal([Invariant.LimitsHold], Broken());
    }

    [Fact]
    public void Every_other_refusal_is_none_of_the_quota()
    {
        _history.Register(1, at: 0, ns: 1, outcome: Outcome.Failed, detail: "InvalidTtl: no");

        Assert.Equal([Invariant.NothingIsRefused], Broken());
    }

    [Fact]
    public void The_checker_says_how_many_writes_it_has_looked_at()
    {
        QuotaChecker.Check(Hold(1, 2).Register(9, at: 0).Build(), out int judged);

        Assert.Equal(2, judged);
    }

    private HistoryBuilder Hold(params int[] namespaces) => Hold(0, namespaces);

    private HistoryBuilder Hold(long from, params int[] namespaces)
    {
        foreach (int ns in namespaces)
        {
            _history.Register(1, at: from + (100 * ns), ns: ns);
        }

        return _history;
    }

    private IEnumerable<Invariant> Broken() => QuotaChecker.Check(_history.Build(), out _).Select(violation => violation.Invariant);
}
