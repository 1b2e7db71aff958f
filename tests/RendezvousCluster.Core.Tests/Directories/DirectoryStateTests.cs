using RendezvousCluster.Core.Directories;
using RendezvousCluster.Protocol;

namespace RendezvousCluster.Core.Tests.Directories;

public sealed class DirectoryStateTests
{
    private static readonly DateTimeOffset Start = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly DirectoryState _state = new(maxNamespaces: 100);

    [Fact]
    public void A_namespace_is_listed_once_its_event_is_applied()
    {
        (NamespaceListed? @event, RendezvousStatus status) = _state.Decide(Announce("a", hours: 1));
        Assert.Equal(RendezvousStatus.Ok, status);
        Assert.Empty(Listed(Start));

        _state.Apply(@event!, Start);

        Assert.Equal(["a"], Listed(Start));
        Assert.Equal(Start.AddHours(1), _state.ListedUntil(Name("a")));
    }

    [Fact]
    public void A_namespace_listed_for_long_enough_needs_no_event()
    {
        List("a", hours: 2);

        Assert.Null(_state.Decide(Announce("a", hours: 2)).Event);
        Assert.NotNull(_state.Decide(Announce("a", hours: 3)).Event);
    }

    [Fact]
    public void An_older_event_does_not_shorten_a_listing()
    {
        List("a", hours: 2);
        List("a", hours: 1);

        Assert.Equal(Start.AddHours(2), _state.ListedUntil(Name("a")));
    }

    [Fact]
    public void A_listing_ends_by_itself()
    {
        List("a", hours: 1);

        Assert.Equal(["a"], Listed(Start.AddHours(1).AddMilliseconds(-1)));
        Assert.Empty(Listed(Start.AddHours(1)));
        Assert.Equal(1, _state.Sweep(Start.AddHours(1)));
        Assert.Equal(0, _state.Count);
    }

    [Fact]
    public void Names_come_in_the_order_of_their_keys_and_page_by_page()
    {
        string[] names = [.. Enumerable.Range(0, 20).Select(number => $"name {number}")];
        Array.ForEach(names, name => List(name, hours: 1));

        var found = new List<string>();
        NamespaceKey? from = NamespaceKey.First;
        while (from is { } key)
        {
            NamespaceListing page = _state.List(new ListingQuery(key, DateTimeOffset.UnixEpoch, 6), Start);
            Assert.True(page.Namespaces.Count == 6 || page.Continue is null);
            found.AddRange(page.Namespaces.Select(ns => ns.Name));
            from = page.Continue;
        }

        Assert.Equal(names.OrderBy(name => NamespaceKey.Of(Name(name))), found);
    }

    [Fact]
    public void A_listing_can_leave_out_namespaces_without_activity()
    {
        List("quiet", hours: 1, activeSeconds: 10);
        List("busy", hours: 1, activeSeconds: 60);
        _state.Decide(Announce("busy", hours: 1, activeSeconds: 90));

        Assert.Equal(["busy", "quiet"], Listed(Start, activeSince: Start.AddSeconds(10)).Order());
        Assert.Equal(["busy"], Listed(Start, activeSince: Start.AddSeconds(11)));
        Assert.Equal(["busy"], Listed(Start, activeSince: Start.AddSeconds(90)));
        Assert.Empty(Listed(Start, activeSince: Start.AddSeconds(91)));
    }

    [Fact]
    public void After_a_recovery_everyone_counts_as_active_for_as_long_as_an_announcement_holds()
    {
        List("a", hours: 1, activeSeconds: -100);
        _state.Recovered(Start);

        Assert.Equal(["a"], Listed(Start, activeSince: Start + DirectoryState.ActivitySpan));
        Assert.Empty(Listed(Start, activeSince: Start + DirectoryState.ActivitySpan + TimeSpan.FromMilliseconds(1)));
    }

    [Fact]
    public void A_full_part_refuses_new_names_keeps_the_old_and_makes_room_when_one_ends()
    {
        List("short", hours: 1);
        for (int number = 1; number < 100; number++)
        {
            List($"name {number}", hours: 5);
        }

        Assert.Equal(RendezvousStatus.Unavailable, _state.Decide(Announce("new", hours: 6)).Status);
        Assert.NotNull(_state.Decide(Announce("name 1", hours: 6)).Event);

        _state.SweepIfFull(Start);
        Assert.Equal(RendezvousStatus.Unavailable, _state.Decide(Announce("new", hours: 6)).Status);
        _state.SweepIfFull(Start.AddHours(1));
        Assert.NotNull(_state.Decide(Announce("new", hours: 6)).Event);
        Assert.Equal(99, _state.Count);
    }

    [Fact]
    public void A_part_counts_the_names_that_are_decided_and_not_applied()
    {
        for (int number = 0; number < 98; number++)
        {
            List($"name {number}", hours: 5);
        }

        Assert.NotNull(_state.Decide(Announce("new", hours: 6), growth: 1).Event);
        Assert.Equal(RendezvousStatus.Unavailable, _state.Decide(Announce("new", hours: 6), growth: 2).Status);
        Assert.NotNull(_state.Decide(Announce("name 1", hours: 6), growth: 2).Event);
    }

    [Fact]
    public void A_full_part_is_searched_for_room_once_a_minute()
    {
        for (int number = 0; number < 100; number++)
        {
            List($"name {number}", hours: 1);
        }

        DateTimeOffset looked = Start.AddHours(1).AddMilliseconds(-1);
        _state.SweepIfFull(looked);
        _state.SweepIfFull(looked + DirectoryState.SweepInterval - TimeSpan.FromMilliseconds(1));
        Assert.Equal(100, _state.Count);

        _state.SweepIfFull(looked + DirectoryState.SweepInterval);
        Assert.Equal(0, _state.Count);
    }

    [Fact]
    public void Entries_make_the_same_state_again()
    {
        List("a", hours: 1);
        List("b", hours: 2);
        var copy = new DirectoryState(maxNamespaces: 100);
        foreach (NamespaceListed entry in _state.Entries)
        {
            copy.Apply(entry, Start);
        }

        Assert.Equal(_state.Entries, copy.Entries);
    }

    private static RendezvousNamespace Name(string name) => RendezvousNamespace.Parse(name);

    private static NamespaceAnnouncement Announce(string name, int hours, int activeSeconds = 60) =>
        new(Name(name), Start.AddHours(hours), Start.AddSeconds(activeSeconds));

    private void List(string name, int hours, int activeSeconds = 60) =>
        _state.Apply(new NamespaceListed(Name(name), Start.AddHours(hours).ToUnixTimeMilliseconds()), Start.AddSeconds(activeSeconds));

    private IEnumerable<string> Listed(DateTimeOffset now, DateTimeOffset? activeSince = null) =>
        _state.List(new ListingQuery(NamespaceKey.First, activeSince ?? DateTimeOffset.UnixEpoch, 1000), now).Namespaces.Select(
            ns => ns.Name);
}
