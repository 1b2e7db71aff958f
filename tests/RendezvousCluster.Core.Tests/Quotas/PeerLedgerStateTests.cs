using RendezvousCluster.Core.Quotas;
using RendezvousCluster.Protocol;
using RendezvousCluster.Testing.Registry;

namespace RendezvousCluster.Core.Tests.Quotas;

public sealed class PeerLedgerStateTests
{
    private static readonly DateTimeOffset Start = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly PeerLedgerState _state = new(new LedgerPartLimits(MaxPerPeer: 3, MaxPlaces: 8), Start);
    private DateTimeOffset _now = Start;

    [Fact]
    public void A_place_is_new_once_and_then_known()
    {
        Assert.Equal(Reservation.New, Reserve(1, "a"));
        Assert.Equal(Reservation.Known, Reserve(1, "a"));
        Assert.Equal(Reservation.New, Reserve(2, "a"));
        Assert.Equal((2, 2, 1), (_state.Count, _state.PeerCount, _state.NamespaceCount));
    }

    [Fact]
    public void At_the_quota_only_what_has_a_place_is_let_in()
    {
        Fill(peer: 1);

        Assert.Equal(Reservation.OverQuota, Reserve(1, "d"));
        Assert.Equal(Reservation.Known, Reserve(1, "b"));
        Assert.Equal(Reservation.New, Reserve(2, "d"));
    }

    [Fact]
    public void An_expired_place_does_not_count_swept_or_not()
    {
        Reserve(1, "a", ttlSeconds: 10);
        Reserve(1, "b", ttlSeconds: 20);
        Reserve(1, "c", ttlSeconds: 20);

        _now = Start.AddMilliseconds(9_999);
        Assert.Equal(Reservation.OverQuota, Reserve(1, "d"));
        _now = Start.AddSeconds(10);
        Assert.Equal(Reservation.New, Reserve(1, "d"));
        Assert.Equal(Reservation.OverQuota, Reserve(1, "a"));
    }

    [Fact]
    public void A_shorter_time_to_live_counts_only_when_the_registration_is_known_to_have_it()
    {
        Reserve(1, "a", ttlSeconds: 100);
        _now = Start.AddSeconds(1);
        Assert.Equal(Reservation.KnownForLonger, Reserve(1, "a", ttlSeconds: 10));

        _now = Start.AddSeconds(50);
        Assert.Equal(["a"], Names(1));
        _state.Note(Note(1, "a", expiresAt: Start.AddSeconds(11)));
        Assert.Empty(Names(1));
    }

    [Fact]
    public void A_note_of_an_older_command_does_not_shorten_what_a_newer_one_took()
    {
        LedgerNote older = Note(1, "a", expiresAt: Start.AddSeconds(10));
        _now = Start.AddMilliseconds(1);
        Reserve(1, "a", ttlSeconds: 100);

        _state.Note(older);

        _now = Start.AddSeconds(50);
        Assert.Equal(["a"], Names(1));
    }

    [Fact]
    public void A_note_counts_under_all_limits()
    {
        Fill(peer: 1);
        _state.Note(Note(1, "d", Start.AddSeconds(60)));
        _state.Note(Note(1, "e", Start.AddSeconds(60)));

        Assert.Equal(["a", "b", "c", "d", "e"], Names(1).Order());
        _state.Release(Release(1, "a"));
        _state.Release(Release(1, "b"));
        Assert.Equal(Reservation.OverQuota, Reserve(1, "a"));
        _state.Release(Release(1, "c"));
        Assert.Equal(Reservation.New, Reserve(1, "a"));
    }

    [Fact]
    public void A_release_gives_the_place_back_and_one_of_an_older_command_does_not()
    {
        Fill(peer: 1);
        LedgerRelease older = Release(1, "a");
        _now = Start.AddMilliseconds(1);
        Reserve(1, "a");

        _state.Release(older);
        Assert.Equal(Reservation.OverQuota, Reserve(1, "d"));
        _state.Release(Release(1, "a"));
        Assert.Equal(Reservation.New, Reserve(1, "d"));
    }

    [Fact]
    public void A_release_without_a_place_leaves_nothing_behind()
    {
        _state.Release(Release(1, "a"));
        Reserve(1, "a");
        _state.Release(Release(1, "b"));
        _state.Release(Release(2, "a"));
        _state.Release(Release(1, "a"));

        Assert.Equal((0, 0, 0), (_state.Count, _state.PeerCount, _state.NamespaceCount));
    }

    [Fact]
    public void After_its_deadline_a_command_gets_no_place()
    {
        LedgerReserve asked = Asked(1, "a", 60);
        Assert.Equal(Reservation.New, _state.Reserve(asked, asked.Deadline));
        Assert.Equal(Reservation.TooLate, _state.Reserve(asked with { Peer = PeerDigest.Of(TestPeers.Id(2)) }, asked.Deadline.AddTicks(1)));
        Assert.Equal(1, _state.Count);
    }

    [Fact]
    public void A_full_part_takes_nothing_new_until_something_expires()
    {
        for (int peer = 0; peer < 8; peer++)
        {
            Assert.Equal(Reservation.New, Reserve(peer, "a", ttlSeconds: peer == 0 ? 10u : 60u));
        }

        Assert.Equal(Reservation.Full, Reserve(8, "a"));
        Assert.Equal(Reservation.Known, Reserve(7, "a"));
        _now = Start.AddSeconds(10);
        Assert.Equal(Reservation.New, Reserve(8, "a", ttlSeconds: 60));
        Assert.Equal(Reservation.Full, Reserve(9, "a"));

        // Gone for good, and swept: still eight live ones.
        _now = Start.AddSeconds(10) + PeerLedgerState.ListedAfterExpiry;
        SweepAll();
        Assert.Equal(Reservation.Full, Reserve(9, "a"));
        Assert.Equal(8, _state.Count);
    }

    [Fact]
    public void A_full_part_is_looked_through_once_a_second()
    {
        for (int peer = 0; peer < 8; peer++)
        {
            Reserve(peer, "a", ttlSeconds: 10);
        }

        _now = Start.AddMilliseconds(9_500);
        Assert.Equal(Reservation.Full, Reserve(8, "a"));
        _now = Start.AddMilliseconds(10_400);
        Assert.Equal(Reservation.Full, Reserve(8, "a"));
        _now = Start.AddMilliseconds(10_500);
        Assert.Equal(Reservation.New, Reserve(8, "a"));
    }

    [Fact]
    public void An_expired_place_is_listed_a_little_longer_and_then_swept()
    {
        Reserve(1, "a", ttlSeconds: 10);
        Reserve(1, "b", ttlSeconds: 60);

        _now = Start.AddSeconds(10) + PeerLedgerState.ListedAfterExpiry - TimeSpan.FromMilliseconds(1);
        Assert.Equal(["a", "b"], Names(1).Order());
        Assert.Equal(0, SweepAll());
        _now += TimeSpan.FromMilliseconds(1);
        Assert.Equal(["b"], Names(1));
        Assert.Equal(1, SweepAll());
        Assert.Equal((1, 1, 1), (_state.Count, _state.PeerCount, _state.NamespaceCount));
    }

    [Fact]
    public void After_the_last_time_to_live_nothing_is_left()
    {
        var state = new PeerLedgerState(new LedgerPartLimits(1000, 100_000), Start);
        for (int peer = 0; peer < 1000; peer++)
        {
            for (int room = 0; room < 1 + (peer % 7); room++)
            {
                state.Reserve(Asked(peer, $"room {room} {peer % 50}", 60), Start);
            }
        }

        DateTimeOffset end = Start.AddSeconds(60) + PeerLedgerState.ListedAfterExpiry;
        int freed = Enumerable.Range(0, 16).Sum(_ => state.SweepSome(end));

        Assert.Equal(3_997, freed);
        Assert.Equal((0, 0, 0), (state.Count, state.PeerCount, state.NamespaceCount));
    }

    [Fact]
    public void A_sweep_looks_at_a_sixteenth()
    {
        var state = new PeerLedgerState(new LedgerPartLimits(1, 100_000), Start);
        for (int peer = 0; peer < 16_000; peer++)
        {
            state.Reserve(Asked(peer, "a", 60), Start);
        }

        Assert.InRange(state.SweepSome(Start.AddHours(1)), 800, 1_200);
    }

    [Fact]
    public void A_long_list_comes_in_pages_that_miss_nothing()
    {
        var state = new PeerLedgerState(new LedgerPartLimits(1000, 1000), Start);
        string[] names = [.. Enumerable.Range(0, 1000).Select(number => $"{number:000} {new string('x', 250)}")];
        foreach (string name in names)
        {
            state.Reserve(Asked(1, name, 60), Start);
        }

        var found = new List<string>();
        int next = 0;
        int pages = 0;
        do
        {
            LedgerListing page = state.List(new LedgerQuery(PeerDigest.Of(TestPeers.Id(1)), next), Start);
            Assert.InRange(page.Namespaces.Sum(name => name.Utf8.Length), 1, PeerLedgerState.MaxListingBytes);
            found.AddRange(page.Namespaces.Select(name => name.Name));
            Assert.Equal(Enumerable.Repeat(Start.AddSeconds(60), page.Namespaces.Count), page.ExpiresAt);

            // A listed place may go before the next page is read.
            state.Release(new LedgerRelease(PeerDigest.Of(TestPeers.Id(1)), page.Namespaces[0], Start.AddSeconds(5)));
            next = page.Next;
            pages++;
        }
        while (next != 0);

        Assert.Equal(4, pages);
        Assert.Equal(names, found.Order());
    }

    [Fact]
    public void A_ledger_is_complete_when_all_registrations_that_it_may_have_missed_have_ended()
    {
        LedgerListing listing = _state.List(new LedgerQuery(PeerDigest.Of(TestPeers.Id(1)), 0), Start);
        DateTimeOffset complete = Start.AddHours(72) + PeerLedgerState.ListedAfterExpiry;

        Assert.Equal(Start, listing.KnownSince);
        Assert.False(listing.IsComplete(complete.AddTicks(-1)));
        Assert.True(listing.IsComplete(complete));
    }

    private Reservation Reserve(int peer, string @namespace, uint ttlSeconds = 60) =>
        _state.Reserve(Asked(peer, @namespace, ttlSeconds), _now);

    private LedgerReserve Asked(int peer, string @namespace, uint ttlSeconds) =>
        new(PeerDigest.Of(TestPeers.Id(peer)), RendezvousNamespace.Parse(@namespace), ttlSeconds, _now.AddSeconds(5));

    private LedgerNote Note(int peer, string @namespace, DateTimeOffset expiresAt) =>
        new(PeerDigest.Of(TestPeers.Id(peer)), RendezvousNamespace.Parse(@namespace), expiresAt, _now.AddSeconds(5));

    private LedgerRelease Release(int peer, string @namespace) =>
        LedgerRelease.For(TestPeers.Id(peer), RendezvousNamespace.Parse(@namespace), _now.AddSeconds(5));

    private void Fill(int peer)
    {
        foreach (string name in new[] { "a", "b", "c" })
        {
            Assert.Equal(Reservation.New, Reserve(peer, name));
        }
    }

    private IEnumerable<string> Names(int peer) =>
        _state.List(new LedgerQuery(PeerDigest.Of(TestPeers.Id(peer)), 0), _now).Namespaces.Select(name => name.Name);

    private int SweepAll() => Enumerable.Range(0, 16).Sum(_ => _state.SweepSome(_now));
}
