using RendezvousCluster.Core.Directories;
using RendezvousCluster.Core.Ownership;
using RendezvousCluster.Protocol;

namespace RendezvousCluster.Core.Tests.Directories;

/// <summary>A part of the directory under the owner of a journal.</summary>
public sealed class DirectoryOwnerTests
{
    private static readonly CompactionSettings Settings = CompactionSettings.Default;

    [Fact]
    public void An_announcement_is_confirmed_when_its_listing_is_in_the_journal()
    {
        var part = DirectoryHarness.Start();

        part.Announce(1, "a");
        Assert.Empty(part.Replies);
        part.Run();

        Assert.Equal(new AnnouncementReply(RendezvousStatus.Ok, part.Now.AddHours(1)), part.Replies[1]);
        Assert.Equal(["write 2"], part.Done); // the fence and the listing
        Assert.Equal(["a"], part.List());
    }

    [Fact]
    public void An_announcement_without_news_is_confirmed_at_once_with_the_end_of_the_listing()
    {
        var part = DirectoryHarness.Start();
        part.AnnounceOk("a", hours: 5);
        part.Done.Clear();

        Assert.Equal(part.Now.AddHours(5), part.AnnounceOk("a", hours: 1).ListedUntil);

        Assert.Empty(part.Done);
    }

    [Fact]
    public void Two_announcements_of_a_namespace_are_written_one_after_the_other()
    {
        var part = DirectoryHarness.Start();
        part.AnnounceOk("first");
        part.Announce(0, "b");
        part.Announce(1, "a", hours: 1);
        part.Announce(2, "a", hours: 2);
        part.Announce(3, "a", hours: 2);
        part.Done.Clear();
        part.Run();

        Assert.Equal(["write 1", "write 1"], part.Done); // the third brings no news any more
        Assert.Equal(part.Now.AddHours(1), ((AnnouncementReply)part.Replies[1]).ListedUntil);
        Assert.Equal(part.Now.AddHours(2), ((AnnouncementReply)part.Replies[3]).ListedUntil);
    }

    [Fact]
    public void A_batch_does_not_take_a_part_beyond_its_limit()
    {
        var part = DirectoryHarness.Start(maxNamespaces: 10);
        part.Announce(100, "first");
        for (int number = 0; number < 20; number++)
        {
            part.Announce(number, $"name {number}");
        }

        part.Run();

        Assert.Equal(10, part.Owner.Count);
        Assert.Equal(9, Enumerable.Range(0, 20).Count(caller => IsOk(part.Replies[caller])));
        Assert.Equal(10, part.Successor().Owner.Count);
    }

    [Fact]
    public void A_full_part_prolongs_what_it_lists_and_does_not_give_its_room_away_meanwhile()
    {
        var part = DirectoryHarness.Start(maxNamespaces: 2);
        part.AnnounceOk("a", hours: 1);
        part.AnnounceOk("b", hours: 2);
        part.Advance(TimeSpan.FromHours(1.5)); // a's time is over, and nobody has swept
        part = part.Successor();
        part.AnnounceOk("a", hours: 1);

        part.Announce(1, "b", hours: 3);
        part.Announce(2, "c", hours: 3);
        part.Announce(3, "a", hours: 3);
        part.Run();

        Assert.Equal([true, false, true], new[] { 1, 2, 3 }.Select(caller => IsOk(part.Replies[caller])));
        Assert.Equal(["a", "b"], part.List());
    }

    [Fact]
    public void A_successor_lists_nothing_before_its_fence_is_written()
    {
        var before = DirectoryHarness.Start();
        before.AnnounceOk("a");
        DirectoryHarness part = before.Successor();

        Assert.Null(part.List());
        part.Run();

        Assert.Equal(["a"], part.Names());
        Assert.Equal(3L, part.Owner.FencingToken);
    }

    [Fact]
    public void An_owner_that_is_only_read_from_finds_out_that_it_was_replaced()
    {
        var part = DirectoryHarness.Start();
        part.AnnounceOk("a");
        part.Successor().AnnounceOk("b");
        Assert.Equal(["a"], part.List()); // it does not know yet

        part.Advance(Settings.RenewalAge);
        part.List();
        part.Run();

        Assert.Contains("collision", part.Done);
        Assert.True(part.IsStopped);
        Assert.Null(part.List());
    }

    [Fact]
    public void An_owner_that_is_only_read_from_shows_its_list_while_it_renews_its_fence()
    {
        var part = DirectoryHarness.Start();
        part.AnnounceOk("a", hours: 10);
        part.Done.Clear();
        for (int renewals = 0; renewals < 4; renewals++)
        {
            part.Advance(Settings.RenewalAge);
            Assert.Equal(["a"], part.List());
            part.Run();
        }

        Assert.Equal(["write 1", "write 1", "write 1", "write 1"], part.Done);
    }

    [Fact]
    public void A_part_without_entries_is_read_without_a_fence_and_had_better_leave_when_its_fence_is_old()
    {
        var part = DirectoryHarness.Start();
        Assert.Equal([], part.List());
        Assert.False(part.Owner.IsFenced);

        part.AnnounceOk("a", hours: 0.01);
        part.Advance(Settings.RenewalAge);
        part.Owner.Sweep(part.Now);
        part.Done.Clear();

        Assert.Equal([], part.List());
        Assert.Empty(part.Done);
        Assert.True(part.Owner.IsIdleAndEmpty);
    }

    [Fact]
    public void A_hole_in_the_journal_takes_nothing_from_the_events_behind_it()
    {
        var before = DirectoryHarness.Start();
        before.AnnounceOk("a");
        before.AnnounceOk("b");
        before.DeleteRows(upTo: 2);
        DirectoryHarness part = before.Successor();

        part.List();
        part.Run();

        Assert.Equal(new JournalHole(1, 2, 2), part.Owner.Hole);
        Assert.Equal(["b"], part.Names());
        Assert.Null(part.Successor().Owner.Hole); // it has saved a snapshot behind the hole
        Assert.Equal(["a", "b"], part.AnnounceOk("a").Status == RendezvousStatus.Ok ? part.List() : null);
    }

    [Fact]
    public void A_list_is_recovered_from_a_snapshot_and_the_events_behind_it()
    {
        var part = DirectoryHarness.Start(maxNamespaces: 10_000);
        for (int number = 0; number < Settings.MinEventsBetweenSnapshots + 5; number++)
        {
            part.AnnounceOk($"name {number}");
        }

        (long sequence, DirectorySnapshot snapshot) = Assert.Single(part.Snapshots);
        Assert.Equal(Settings.MinEventsBetweenSnapshots - 1, snapshot.Entries.Count); // the fence is an event too
        part.DeleteRows(sequence);

        Assert.Equal(part.Owner.State.Entries.Select(entry => entry.Namespace.Name).Order(), part.Successor().Owner.State.Entries
            .Select(entry => entry.Namespace.Name).Order());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(6)]
    [InlineData(9)]
    [InlineData(15)]
    public void The_journal_of_a_part_is_kept_short_however_seldom_the_part_is_read(int minutes)
    {
        var part = DirectoryHarness.Start(settings: Settings with { MinEventsBetweenSnapshots = 10, MaxEventsPerDeletion = 20 });
        part.AnnounceOk("a", hours: 1_000);
        for (int reads = 0; reads < 300; reads++)
        {
            Pass(part, TimeSpan.FromMinutes(minutes));
            part.List();
            part.Run();
            if (part.IsStopped)
            {
                part = part.Successor();
                part.List();
                part.Run();
            }

            Assert.Equal(["a"], part.Names());
        }

        Assert.InRange(part.Rows.Count, 1, 60);
    }

    [Fact]
    public void A_part_whose_entries_have_ended_is_cleared_behind_a_fence_and_begins_anew()
    {
        var before = DirectoryHarness.Start();
        before.AnnounceOk("a");
        before.Advance(TimeSpan.FromHours(100));
        DirectoryHarness part = before.Successor();
        part.Owner.KnownToBeOld();

        Assert.True(part.Owner.IsReclaimable);
        part.Owner.StopTidily(part.Now);
        part.Run();

        Assert.Equal(["write 1", "delete snapshots 3", "delete events 3"], part.Done);
        Assert.True(part.IsStopped);
        Assert.Equal([null], part.Rows.Values);

        DirectoryHarness next = part.Successor();
        next.AnnounceOk("b");
        DirectoryHarness last = next.Successor();
        last.List();
        last.Run();
        Assert.Equal(["b"], last.Names());
    }

    [Fact]
    public void A_part_that_was_replaced_deletes_nothing_when_it_is_to_clear_up()
    {
        var before = DirectoryHarness.Start();
        before.AnnounceOk("a");
        before.Advance(TimeSpan.FromHours(100));
        DirectoryHarness part = before.Successor();
        before.Successor().AnnounceOk("b");
        part.Owner.KnownToBeOld();

        part.Owner.StopTidily(part.Now);
        part.Run();

        Assert.Equal(["write 1", "collision"], part.Done);
        Assert.True(part.IsStopped);
    }

    [Fact]
    public void Activity_is_taken_from_the_announcement_and_not_from_the_clock_of_the_part()
    {
        var part = DirectoryHarness.Start();
        DateTimeOffset allActiveUntil = part.Now + DirectoryState.ActivitySpan;
        part.AnnounceOk("ahead", activeFor: TimeSpan.FromMinutes(3)); // its clock is two minutes ahead
        part.AnnounceOk("here", activeFor: TimeSpan.FromMinutes(2));

        Assert.Equal(["ahead", "here"], part.List(activeSince: allActiveUntil));
        Assert.Equal(["ahead", "here"], part.List(activeSince: part.Now.AddMinutes(2)));
        Assert.Equal(["ahead"], part.List(activeSince: part.Now.AddMinutes(3)));
        Assert.Equal([], part.List(activeSince: part.Now.AddMinutes(3).AddMilliseconds(1)));

        part.AnnounceOk("here", hours: 0.5, activeFor: TimeSpan.FromMinutes(4)); // brings no other news
        Assert.Equal(["here"], part.List(activeSince: part.Now.AddMinutes(4)));
    }

    [Fact]
    public void While_the_journal_is_away_the_list_is_shown_and_only_news_is_turned_away()
    {
        var part = DirectoryHarness.Start();
        part.AnnounceOk("a");
        part.Done.Clear();
        part.IsJournalAway = true;

        Assert.Equal(["a"], part.List());
        Assert.Equal(part.Now.AddHours(1), part.AnnounceOk("a").ListedUntil);
        part.Announce(5, "b");
        Assert.Equal(["retry 5"], part.Done);

        part.Advance(Settings.RenewalAge);
        Assert.Equal(["a"], part.List());
        part.IsUndisputed = false;
        Assert.Null(part.List());
    }

    [Fact]
    public void The_end_of_a_part_says_where_the_next_begins()
    {
        var part = DirectoryHarness.Start();
        part.List(caller: 1);

        Assert.Equal(DirectoryParts.FirstAfter(3), ((NamespaceListing)part.Replies[1]).Continue);
    }

    // With all that becomes due for compaction meanwhile.
    private static void Pass(DirectoryHarness part, TimeSpan time)
    {
        while (!part.IsStopped && part.Owner.CompactionDueIn is { } due && due <= time)
        {
            part.Advance(due);
            time -= due;
            part.Owner.CompactionDue(part.Now);
            part.Run();
        }

        part.Advance(time);
    }

    private static bool IsOk(IDirectoryReply reply) => reply is AnnouncementReply { Status: RendezvousStatus.Ok };
}
