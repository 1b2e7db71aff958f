using RendezvousCluster.Core.Ownership;
using RendezvousCluster.Libp2p.Identity;
using RendezvousCluster.Testing.Registry;

namespace RendezvousCluster.Core.Tests.Ownership;

/// <summary>The database loses the end of a journal while its owner lives: the owner writes again what it knows.</summary>
public sealed class JournalOwnerMendingTests
{
    private static readonly CompactionSettings Settings = new() { MinEventsBetweenSnapshots = 10 };

    private readonly OwnerHarness _owner = new OwnerHarness(Settings).Recover();

    [Theory]
    [InlineData(6)]
    [InlineData(5)]
    [InlineData(2)]
    [InlineData(1)]
    public void Nothing_is_acknowledged_on_top_of_a_hole_and_nothing_is_lost(int firstLost)
    {
        Register(1, 2, 3, 4, 5); // rows 2 to 6, behind the fence
        _owner.Store.Lose(firstLost, long.MaxValue);
        _owner.Done.Clear();

        _owner.Register(6);
        _owner.Run();

        Assert.DoesNotContain(6, _owner.Replies.Keys);
        Assert.Contains("retry 6", _owner.Done);
        Assert.Equal(new JournalHole(firstLost, 6, 7 - firstLost), _owner.Owner.HoleMet);
        _owner.RegisterOk(6); // at the next try
        Assert.Equal([1, 2, 3, 4, 5, 6], Found(_owner.Successor()));
        Assert.Null(_owner.Successor().Owner.Hole);
    }

    [Fact]
    public void A_command_that_waits_meanwhile_is_written_behind_the_snapshot()
    {
        Register(1, 2, 3);
        _owner.Store.Lose(3, long.MaxValue);
        _owner.Done.Clear();

        _owner.Register(4);
        _owner.RunOne(); // refused
        _owner.Register(5);
        Assert.Equal(3, _owner.Discover()!.Registrations.Count); // reads go on
        _owner.Run();

        Assert.Equal(
            ["write Registered", "predecessor missing", "retry 4", "mend 2 5", "snapshot 5", "write Registered"], _owner.Done);
        Assert.Equal([1, 2, 3, 5], Found(_owner.Successor()));
    }

    [Fact]
    public void Of_two_owners_that_go_on_from_the_same_row_one_stops()
    {
        Register(1, 2, 3);
        OwnerHarness newer = _owner.Successor();
        newer.RegisterOk(4);
        newer.Store.Lose(4, long.MaxValue);

        newer.Register(5);
        _owner.Register(6);
        newer.RunOne(); // refused: it wants to go on from row 3
        _owner.RunOne(); // so does the other
        newer.Run();
        _owner.Run();

        Assert.True(_owner.IsStopped);
        Assert.False(newer.IsStopped);
        Assert.Equal([1, 2, 3, 4], Found(newer.Successor()));
    }

    [Fact]
    public void An_owner_that_finds_another_ones_row_in_its_own_place_stops()
    {
        Register(1, 2, 3, 4); // up to row 5
        _owner.Store.Lose(3, long.MaxValue);
        OwnerHarness successor = _owner.Successor(); // after a partition: the older one lives, and does not know
        successor.RegisterOk(5); // rows 3 and 4

        _owner.Register(6);
        _owner.Run();

        Assert.True(_owner.IsStopped);
        Assert.Equal([1, 5], Found(successor.Successor()));
    }

    [Fact]
    public void An_owner_that_stood_still_until_its_place_was_deleted_is_refused()
    {
        Register(1);
        OwnerHarness newer = _owner.Successor();
        Array.ForEach([2, 3, 4, 5], peer => newer.RegisterOk(peer));
        newer.Store.DeleteEvents(upTo: 5); // as if they were old: its clock stood still with it

        _owner.Register(9);
        _owner.Run();

        Assert.Contains("collision", _owner.Done);
        Assert.True(_owner.IsStopped);
    }

    [Fact]
    public void A_fence_that_finds_its_predecessor_gone_is_written_behind_what_was_recovered()
    {
        Register(1, 2, 3);
        OwnerHarness next = _owner.Successor();
        next.Store.Lose(3, long.MaxValue);

        next.Discover();
        next.Run();

        Assert.Equal(3, next.Discover()!.Registrations.Count);
        Assert.True(next.Owner.IsFenced);
        Assert.Equal([1, 2, 3], Found(next.Successor()));
    }

    [Fact]
    public void An_owner_that_is_asked_to_stop_writes_again_what_it_knows_before()
    {
        Register(1, 2, 3);
        _owner.Store.Lose(3, long.MaxValue);
        _owner.Register(4);

        _owner.Owner.Stop();
        Assert.False(_owner.IsStopped);
        _owner.Run();

        Assert.True(_owner.IsStopped);
        Assert.Equal([1, 2, 3], Found(_owner.Successor()));
    }

    [Fact]
    public void While_marks_cannot_be_written_nothing_is_acknowledged_and_nothing_forgotten()
    {
        Register(1, 2, 3);
        _owner.Store.Lose(3, long.MaxValue);
        _owner.MendingFails = true;
        for (int tries = 0; tries < 3; tries++)
        {
            _owner.Register(4);
            _owner.Run();
        }

        Assert.DoesNotContain(4, _owner.Replies.Keys);
        Assert.Equal(3, _owner.Discover()!.Registrations.Count);

        _owner.MendingFails = false;
        _owner.Register(5); // begins the next try
        _owner.Run();
        _owner.RegisterOk(4);
        Assert.Equal([1, 2, 3, 4], Found(_owner.Successor()));
    }

    [Fact]
    public void Marks_that_were_written_without_a_word_are_found_by_the_next_try()
    {
        Register(1, 2, 3);
        _owner.Store.Lose(3, long.MaxValue);
        _owner.MendingSeemsToFail = true;
        _owner.Register(4);
        _owner.Run();

        _owner.MendingSeemsToFail = false;
        _owner.Register(5);
        _owner.Run();
        _owner.RegisterOk(4);

        Assert.Equal([1, 2, 3, 4], Found(_owner.Successor()));
    }

    [Fact]
    public void While_the_snapshot_cannot_be_saved_nothing_is_acknowledged()
    {
        Register(1, 2, 3);
        _owner.Store.Lose(3, long.MaxValue);
        _owner.SnapshotsFail = true;
        for (int tries = 0; tries < 3; tries++)
        {
            _owner.Register(4);
            _owner.Run();
        }

        Assert.DoesNotContain(4, _owner.Replies.Keys);

        _owner.SnapshotsFail = false;
        _owner.Register(5);
        _owner.Run();
        _owner.RegisterOk(4);
        Assert.Equal([1, 2, 3, 4], Found(_owner.Successor()));
    }

    [Fact]
    public void An_owner_that_dies_between_marks_and_snapshot_leaves_a_hole_that_is_noticed()
    {
        Register(1, 2, 3);
        _owner.Store.Lose(3, long.MaxValue);
        _owner.Register(4);
        _owner.RunOne(); // refused
        _owner.RunOne(); // the marks
        _owner.Crash();

        OwnerHarness successor = _owner.Successor();

        Assert.Equal(new JournalHole(3, 5, 3), successor.Owner.Hole);
        Assert.Equal([1], Found(successor));
        Assert.Null(successor.Successor().Owner.Hole);
    }

    [Fact]
    public void A_snapshot_that_was_on_its_way_does_not_count_for_the_one_that_is_owed()
    {
        Register(1, 2, 3, 4, 5, 6, 7, 8);
        _owner.Register(9);
        Assert.True(_owner.RunOne()); // the tenth event; a snapshot is on its way
        _owner.Store.Lose(3, long.MaxValue);
        _owner.Register(1);

        _owner.Run();

        Assert.Equal([10L, 11L], _owner.Store.Snapshots.Keys);
        Assert.Equal([1, 2, 3, 4, 5, 6, 7, 8, 9], Found(_owner.Successor()));
        _owner.Store.Snapshots.Remove(10);
        Assert.Equal([1, 2, 3, 4, 5, 6, 7, 8, 9], Found(_owner.Successor()));
    }

    [Fact]
    public void The_mark_of_a_cleared_journal_is_not_missed()
    {
        _owner.RegisterOk(1, ttlSeconds: 60);
        _owner.Advance(TimeSpan.FromDays(5));
        OwnerHarness last = _owner.Successor();
        last.Owner.KnownToBeOld();
        last.Owner.StopTidily(last.Now);
        last.Run();
        OwnerHarness next = last.Successor();
        next.Store.DropMark();

        next.Register(2);
        next.Run();
        next.RegisterOk(2);

        Assert.Null(next.Owner.HoleMet);
        Assert.Equal([2], Found(next.Successor()));
        Assert.Null(next.Successor().Owner.Hole);
    }

    private void Register(params int[] peers) => Array.ForEach(peers, peer => _owner.RegisterOk(peer));

    private static int[] Found(OwnerHarness owner)
    {
        owner.Discover();
        owner.Run();
        PeerId[] all = [.. Enumerable.Range(0, 10).Select(TestPeers.Id)];
        return [.. owner.Owner.State!.LiveAfter(0, owner.Now).Select(found => Array.IndexOf(all, found.Peer)).Order()];
    }
}
