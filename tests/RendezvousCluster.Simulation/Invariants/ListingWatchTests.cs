using RendezvousCluster.Core.Directories;
using RendezvousCluster.Protocol;
using RendezvousCluster.Simulation.Plans;
using RendezvousCluster.Simulation.World;

namespace RendezvousCluster.Simulation.Invariants;

public sealed class ListingWatchTests
{
    private static readonly RendezvousNamespace Name = RendezvousNamespace.Parse("chat");

    private readonly ClockHistory _clocks = new();
    private readonly ListingWatch _watch;

    public ListingWatchTests() => _watch = new ListingWatch(new SimulationSettings(), _clocks);

    [Fact]
    public void A_confirmed_listing_has_to_be_shown_by_lists_that_begin_afterwards_until_its_time_is_over()
    {
        Confirm(until: 60_000, now: 1_000);

        Assert.Equal([Name], _watch.MissingIn(new ListReading(0, began: 1_000, null), now: 1_010));
        Assert.Empty(_watch.MissingIn(new ListReading(0, began: 999, null), now: 1_010));
        Assert.Empty(_watch.MissingIn(new ListReading(1, began: 1_000, null), now: 1_010));
        Assert.Empty(_watch.MissingIn(new ListReading(0, began: 60_000, null), now: 60_000));
        Assert.Empty(_watch.MissingIn(new ListReading(0, began: 1_000, null) { Found = { Name } }, now: 1_010));
    }

    [Fact]
    public void Clocks_that_differ_are_allowed_for_at_the_end_of_a_listing()
    {
        _clocks.Set(0, 0, 10_000);
        Confirm(until: 60_000, now: 1_000);

        Assert.Equal([Name], _watch.MissingIn(new ListReading(0, began: 2_000, null), now: 49_999));
        Assert.Empty(_watch.MissingIn(new ListReading(0, began: 2_000, null), now: 50_000));
    }

    [Fact]
    public void A_list_that_may_be_stale_has_to_show_what_is_older_than_an_owner_trusts_itself()
    {
        Confirm(until: 600_000, now: 1_000);
        long late = 1_000 + ListingWatch.StaleFor;

        Assert.Empty(_watch.MissingIn(new ListReading(0, late - 1, null) { MayBeStale = true }, late));
        Assert.Equal([Name], _watch.MissingIn(new ListReading(0, late, null) { MayBeStale = true }, late));
    }

    [Fact]
    public void A_list_of_what_is_new_has_to_show_those_that_are_active_since_then()
    {
        Confirm(until: 600_000, now: 1_000, activeUntil: 61_000);

        Assert.Equal([Name], _watch.MissingIn(new ListReading(0, 2_000, activeSince: 61_000), 2_000));
        Assert.Empty(_watch.MissingIn(new ListReading(0, 2_000, activeSince: 61_001), 2_000));
    }

    [Fact]
    public void Activity_that_an_owner_may_have_confirmed_that_was_replaced_need_not_be_known()
    {
        _clocks.Set(0, 0, 10_000);
        Confirm(until: 600_000, now: 1_000, activeUntil: 61_000, mayBeStale: true);

        Assert.Empty(_watch.MissingIn(new ListReading(0, 20_000, activeSince: 30_000), 20_000));
        Assert.Equal([Name], _watch.MissingIn(new ListReading(0, 20_000, activeSince: null), 20_000));
    }

    [Fact]
    public void A_namespace_may_be_shown_for_as_long_as_it_has_announced()
    {
        _watch.Announced(new NamespaceAnnouncement(Name, At(5_000), At(1_000)));

        Assert.True(_watch.MayBeShown(Name, began: 4_999));
        Assert.False(_watch.MayBeShown(Name, began: 5_000));
        Assert.False(_watch.MayBeShown(RendezvousNamespace.Parse("nobody"), began: 0));
    }

    [Fact]
    public void A_namespace_is_listed_by_the_journals_until_the_latest_of_its_events()
    {
        _watch.Committed(new NamespaceListed(Name, At(5_000).ToUnixTimeMilliseconds()));
        _watch.Committed(new NamespaceListed(Name, At(4_000).ToUnixTimeMilliseconds()));

        Assert.True(_watch.IsListed(Name, until: 5_000));
        Assert.False(_watch.IsListed(Name, until: 5_001));
    }

    private static DateTimeOffset At(long milliseconds) => SimulatedCluster.Epoch.AddMilliseconds(milliseconds);

    private void Confirm(long until, long now, long activeUntil = 0, bool mayBeStale = false) =>
        _watch.Confirmed(0, new NamespaceAnnouncement(Name, At(until), At(activeUntil)), mayBeStale, now);
}
