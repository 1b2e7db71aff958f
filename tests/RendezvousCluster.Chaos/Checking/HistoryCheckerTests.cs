using RendezvousCluster.Chaos.History;
using static RendezvousCluster.Chaos.Checking.HistoryBuilder;

namespace RendezvousCluster.Chaos.Checking;

/// <summary>For each promise a history that keeps it and histories that break it. TTLs are a minute unless said otherwise.</summary>
public sealed class HistoryCheckerTests
{
    private readonly HistoryBuilder _history = new();

    [Fact]
    public void A_history_in_order_breaks_nothing()
    {
        _history.Register(1, at: 0).Register(2, at: 100).Discover(200, Peer(1, 59), Peer(2, 59)).Follow(300, Peer(1, 59), Peer(2, 59))
            .Register(1, at: 5_000, version: 2).Follow(6_000, Peer(1, 59, version: 2)).Unregister(2, at: 7_000)
            .Discover(8_000, Peer(1, 57, version: 2))
            .Discover(80_000);

        Assert.Empty(_history.Broken());
    }

    [Fact]
    public void An_acknowledged_registration_is_found() =>
        Assert.Equal([Invariant.AcknowledgedIsFound], _history.Register(1, at: 0).Discover(100).Broken());

    [Fact]
    public void A_newer_record_is_found_in_place_of_the_older() =>
        Assert.Contains(
            Invariant.AcknowledgedIsFound,
            _history.Register(1, at: 0).Register(1, at: 100, version: 2).Discover(200, Peer(1, 59)).Broken());

    [Theory]
    [InlineData(5)]
    [InlineData(5_000)]
    public void A_registration_acknowledged_during_a_read_need_not_be_found(long registered) =>
        Assert.Empty(_history.Register(1, registered).Discover(at: registered + 10).Broken());

    [Fact]
    public void An_unanswered_registration_may_be_found_or_not()
    {
        _history.Register(1, at: 0, outcome: Outcome.Unknown).Discover(100).Discover(200, Peer(1, 59)).Discover(300);

        Assert.Empty(_history.Broken());
    }

    [Fact]
    public void An_unregister_that_nobody_answered_may_have_taken_it_away() =>
        Assert.Empty(
            _history.Register(1, at: 0).Unregister(1, at: 1_000, Outcome.Unknown).Discover(2_000).Discover(3_000, Peer(1, 56)).Broken());

    [Fact]
    public void An_expired_registration_is_not_found() =>
        Assert.Equal([Invariant.ExpiredIsNotFound], _history.Register(1, at: 0).Discover(80_000, Peer(1, 1)).Broken());

    [Fact]
    public void A_registration_that_expired_long_ago_is_not_found() =>
        Assert.Equal([Invariant.ExpiredIsNotFound], _history.Register(1, at: 0).Discover(900_000, Peer(1, 1)).Broken());

    [Fact]
    public void Nothing_lives_longer_than_it_was_granted() =>
        Assert.Equal([Invariant.ExpiredIsNotFound], _history.Register(1, at: 0).Discover(1_000, Peer(1, 90)).Broken());

    [Fact]
    public void An_entry_that_names_another_namespace_has_leaked() =>
        Assert.Contains(
            Invariant.NamespacesAreApart, _history.Namespaces(2).Register(1, at: 0).Discover(100, Peer(1, 59, shown: 1)).Broken());

    [Fact]
    public void A_record_of_another_namespace_has_leaked() =>
        Assert.Equal(
            [Invariant.NamespacesAreApart], _history.Namespaces(2).Register(1, at: 0, ns: 1).Discover(100, Peer(1, 59, of: 1)).Broken());

    [Fact]
    public void An_unregistered_entry_does_not_come_back() => Assert.Equal(
        [Invariant.UnregisteredStaysAway],
        _history.Register(1, at: 0).Unregister(1, at: 100).Discover(200).Discover(30_000, Peer(1, 30)).Broken());

    [Fact]
    public void A_register_that_nobody_answered_may_follow_an_unregister_but_not_for_ever()
    {
        _history.Register(1, at: 0, outcome: Outcome.Unknown).Unregister(1, at: 1_000).Discover(2_000, Peer(1, 59));
        Assert.Empty(_history.Broken());

        _history.Unregister(1, at: 30_000).Discover(31_000, Peer(1, 29));
        Assert.Equal([Invariant.UnregisteredStaysAway], _history.Broken());
    }

    [Fact]
    public void A_follower_misses_nothing() => Assert.Equal(
        [Invariant.CookiesMissNothing],
        _history.Register(1, at: 0).Follow(100, Peer(1, 59)).Register(2, at: 200).Follow(300).Follow(400, Peer(2, 59)).Broken());

    [Fact]
    public void A_follower_hears_of_refreshes() => Assert.Equal(
        [Invariant.CookiesMissNothing],
        _history.Register(1, at: 0).Follow(100, Peer(1, 59)).Register(1, at: 20_000).Follow(20_100).Broken());

    [Fact]
    public void A_cookie_that_was_given_out_is_not_refused() =>
        Assert.Equal([Invariant.CookiesMissNothing], _history.CookieRefused(100).Broken());

    [Fact]
    public void A_page_shows_nobody_twice() =>
        Assert.Equal([Invariant.CookiesMissNothing], _history.Register(1, at: 0).Discover(100, Peer(1, 59), Peer(1, 59)).Broken());

    [Fact]
    public void Without_faults_a_follower_receives_nothing_twice()
    {
        _history.Register(1, at: 0).Follow(100, Peer(1, 59)).Follow(200, Peer(1, 59));
        Assert.Equal([Invariant.CookiesMissNothing], _history.Broken());

        _history.Fault(FaultKind.Kill, 150, 150);
        Assert.Empty(_history.Broken());
    }

    [Fact]
    public void A_refresh_is_not_undone() => Assert.Equal(
        [Invariant.RetriesShortenNothing], _history.Register(1, at: 0).Register(1, at: 30_000).Discover(31_000, Peer(1, 28)).Broken());

    [Fact]
    public void Nothing_is_shorter_than_granted() =>
        Assert.Equal([Invariant.RetriesShortenNothing], _history.Register(1, at: 0).Discover(1_000, Peer(1, 20)).Broken());

    [Fact]
    public void A_registration_at_one_node_is_found_at_another() =>
        Assert.Equal([Invariant.FoundEverywhere], _history.Register(1, at: 0, node: 1).DiscoverAt(2, 100).Broken());

    [Fact]
    public void A_page_has_its_limit()
    {
        FoundRecord[] found = [Peer(1, 59), Peer(2, 59)];

        Assert.Equal(
            [Invariant.LimitsHold],
            _history.Register(1, at: 0).Register(2, at: 0).Read(100, 0, false, 1, new ReadPage(100, 110, found)).Broken());
    }

    [Fact]
    public void A_read_of_several_pages_shows_everybody_on_one_of_them()
    {
        _history.Register(1, at: 0).Register(2, at: 0);
        Assert.Empty(
            _history.Read(100, 0, false, 1, new ReadPage(100, 110, [Peer(1, 59)]), new ReadPage(110, 120, [Peer(2, 59)])).Broken());

        _history.Read(200, 0, false, 1, new ReadPage(200, 210, [Peer(1, 59)]), new ReadPage(210, 220, []));
        Assert.Equal([Invariant.AcknowledgedIsFound], _history.Broken());
    }

    [Fact]
    public void When_all_is_quiet_every_node_answers()
    {
        _history.Nodes(2).Register(1, at: 0).Discover(100, Peer(1, 59));

        Assert.Equal([Invariant.AnswersAfterFaults, Invariant.AnswersAfterFaults], _history.Broken());
        Assert.Empty(_history.Register(1, at: 200, node: 1).DiscoverAt(1, 300, Peer(1, 59)).Broken());
    }

    [Fact]
    public void Bytes_that_nobody_made_are_nobodys() =>
        Assert.Equal([Invariant.BytesAreIdentical], _history.Discover(100, Peer(FoundRecord.Nobodys, 59)).Broken());

    [Fact]
    public void A_record_that_was_never_sent_is_not_found() =>
        Assert.Contains(Invariant.BytesAreIdentical, _history.Register(1, at: 0).Discover(100, Peer(1, 59, version: 7)).Broken());

    [Theory]
    [InlineData(nameof(Outcome.Failed), "InvalidSignedPeerRecord: seq")]
    [InlineData(nameof(Outcome.Unknown), "InternalError: error")]
    public void A_correct_request_is_not_refused(string outcome, string detail) =>
        Assert.Equal(
            [Invariant.NothingIsRefused], _history.Register(1, at: 0, outcome: Enum.Parse<Outcome>(outcome), detail: detail).Broken());

    [Fact]
    public void A_node_that_was_replaced_may_show_the_past_but_nothing_that_has_expired()
    {
        _history.Fault(FaultKind.Pause, 1_000, 11_000, node: 1, staleUntil: 12_000).Register(1, at: 0).Unregister(1, at: 5_000)
            .Register(2, at: 5_000)
            .DiscoverAt(1, 11_100, Peer(1, 48));
        Assert.Empty(_history.Broken());

        Assert.Equal([Invariant.ExpiredIsNotFound], _history.DiscoverAt(1, 11_200, Peer(1, 90)).Broken());
        Assert.Contains(Invariant.UnregisteredStaysAway, _history.DiscoverAt(1, 13_000, Peer(1, 46), Peer(2, 52)).Broken());
    }

    [Fact]
    public void An_acknowledgement_of_a_replaced_node_is_unknown_until_a_later_write_is_acknowledged()
    {
        const long Later = 50_000;
        _history.Fault(FaultKind.Pause, 1_000, 11_000, node: 1, staleUntil: 12_000).Register(1, at: 0).Unregister(1, at: 11_100, node: 1)
            .Register(2, at: Later)
            .Discover(Later + 100, Peer(1, 9), Peer(2, 59));
        Assert.Empty(_history.Broken());

        _history.Register(1, at: Later + 200).Discover(Later + 300, Peer(2, 59));
        Assert.Equal([Invariant.AcknowledgedIsFound], _history.Broken());
    }

    [Fact]
    public void A_request_at_a_paused_node_may_take_effect_when_the_node_goes_on()
    {
        _history.Register(1, at: 0, outcome: Outcome.Unknown).Unregister(1, at: 30_000).Discover(31_000, Peer(1, 59));
        Assert.NotEmpty(_history.Broken());

        Assert.Empty(_history.Fault(FaultKind.DatabaseStall, 1_000, 30_000, FaultEvent.NoNode).Broken());
    }
}
