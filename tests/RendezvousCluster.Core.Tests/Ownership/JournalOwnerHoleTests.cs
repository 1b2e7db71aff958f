using RendezvousCluster.Core.Namespaces;
using RendezvousCluster.Core.Ownership;
using RendezvousCluster.Libp2p.Identity;
using RendezvousCluster.Protocol;
using RendezvousCluster.Testing.Registry;

namespace RendezvousCluster.Core.Tests.Ownership;

/// <summary>A journal that lacks events: what is right without them is served, and the next recovery meets no hole.</summary>
public sealed class JournalOwnerHoleTests
{
    private static readonly CompactionSettings Settings = new() { MinEventsBetweenSnapshots = 1_000 };

    private readonly OwnerHarness _owner = new OwnerHarness(Settings).Recover();

    [Fact]
    public void Registrations_from_before_and_behind_the_hole_are_found()
    {
        Register(1, 2, 3, 4);
        _owner.Store.Lose(from: 3, to: 4); // peers 2 and 3

        OwnerHarness successor = _owner.Successor();

        Assert.Equal(new JournalHole(3, 4, 2), successor.Owner.Hole);
        Assert.Equal([1, 4], Found(successor));
    }

    [Fact]
    public void The_journal_heals_with_the_first_question()
    {
        Register(1, 2, 3);
        _owner.Store.Lose(from: 3, to: 3);
        OwnerHarness healing = _owner.Successor();
        Found(healing);

        OwnerHarness next = healing.Successor();

        Assert.Equal(["write Opened", "snapshot 5"], healing.Done);
        Assert.Null(next.Owner.Hole);
        Assert.Equal([1, 3], Found(next));
    }

    [Fact]
    public void The_journal_heals_also_when_nothing_is_left_in_it()
    {
        Register(1, 2, 3);
        _owner.Store.Lose(from: 3, to: 3);
        _owner.Advance(TimeSpan.FromDays(1));
        OwnerHarness healing = _owner.Successor();
        Assert.Empty(Found(healing));

        Assert.Equal(["write Opened", "snapshot 5"], healing.Done);
        Assert.Null(healing.Successor().Owner.Hole);
    }

    [Fact]
    public void The_journal_heals_with_the_first_registration_too()
    {
        Register(1, 2, 3);
        _owner.Store.Lose(from: 3, to: 3);
        OwnerHarness healing = _owner.Successor();

        healing.RegisterOk(7);

        Assert.Null(healing.Successor().Owner.Hole);
        Assert.Equal([1, 3, 7], Found(healing.Successor()));
    }

    [Fact]
    public void A_snapshot_that_fails_does_not_stop_anybody_and_is_tried_again()
    {
        Register(1, 2, 3);
        _owner.Store.Lose(from: 3, to: 3);
        OwnerHarness healing = _owner.Successor();
        healing.SnapshotsFail = true;
        healing.RegisterOk(7);
        Assert.NotNull(healing.Successor().Owner.Hole);

        healing.SnapshotsFail = false;
        healing.Advance(Settings.RetryPause);
        healing.RegisterOk(8);

        Assert.Null(healing.Successor().Owner.Hole);
    }

    [Fact]
    public void A_peer_that_unregistered_behind_the_hole_is_not_found()
    {
        Register(1, 2, 3);
        _owner.Unregister(1);
        _owner.Run();
        _owner.Store.Lose(from: 3, to: 3);

        Assert.Equal([3], Found(_owner.Successor()));
    }

    [Fact]
    public void A_registration_from_before_the_hole_is_found_until_its_own_end_even_if_it_was_taken_back_in_the_hole()
    {
        _owner.RegisterOk(1, ttlSeconds: 7200);
        _owner.Unregister(1);
        _owner.Run();
        Register(2);
        _owner.Store.Lose(from: 3, to: 3); // the UNREGISTER

        OwnerHarness successor = _owner.Successor();

        Assert.Equal([1, 2], Found(successor));
        successor.Advance(TimeSpan.FromSeconds(7200));
        Assert.Empty(Found(successor.Successor()));
    }

    [Fact]
    public void A_refresh_behind_the_hole_prolongs_nothing_that_may_have_been_replaced_in_it()
    {
        _owner.RegisterOk(1, ttlSeconds: 600);
        Register(2);
        _owner.Advance(TimeSpan.FromMinutes(4));
        _owner.RegisterOk(1, ttlSeconds: 600); // refreshed
        _owner.Store.Lose(from: 3, to: 3);

        OwnerHarness successor = _owner.Successor();

        Assert.Equal([1], Found(successor));
        Assert.Equal(360u, Assert.Single(successor.Discover()!.Registrations).RemainingTtlSeconds);
        Assert.True(successor.Owner.State!.LastRevision >= _owner.Owner.State!.LastRevision);
        successor.Advance(TimeSpan.FromMinutes(6));
        Assert.Empty(Found(successor.Successor()));
    }

    [Fact]
    public void A_refresh_of_who_registered_behind_the_hole_counts()
    {
        Register(9, 8);
        _owner.RegisterOk(1, ttlSeconds: 600);
        _owner.Advance(TimeSpan.FromMinutes(4));
        _owner.RegisterOk(1, ttlSeconds: 600);
        _owner.Store.Lose(from: 3, to: 3);
        _owner.Advance(TimeSpan.FromMinutes(8));

        OwnerHarness successor = _owner.Successor();

        Assert.Equal(new JournalHole(3, 3, 1), successor.Owner.Hole);
        Assert.Contains(1, Found(successor));
    }

    [Fact]
    public void A_journal_that_lost_its_beginning_takes_its_name_from_who_asks()
    {
        Register(1, 2, 3);
        _owner.Store.Lose(from: 1, to: 2); // the name, and peer 1
        OwnerHarness healing = _owner.Successor();

        Assert.Equal([2, 3], Found(healing));
        Assert.Null(healing.Successor().Owner.Hole);
        Assert.Equal([2, 3], Found(healing.Successor()));
    }

    [Fact]
    public void A_registration_of_a_journal_that_lost_its_beginning_is_stored_anew_with_its_first_refresh()
    {
        Register(1, 2);
        _owner.Store.Lose(from: 1, to: 1);
        OwnerHarness healing = _owner.Successor();
        Found(healing);

        healing.RegisterOk(2);

        Assert.Equal("write Registered", healing.Done[^1]);
    }

    [Fact]
    public void A_journal_that_lost_its_beginning_takes_its_name_from_the_next_fence()
    {
        Register(1, 2);
        OwnerHarness second = _owner.Successor();
        Register(second, 3);
        second.Store.Lose(from: 1, to: 2);

        OwnerHarness healing = second.Successor();

        Assert.NotNull(healing.Owner.State);
        Assert.Equal([2, 3], Found(healing));
    }

    [Fact]
    public void Several_holes_are_one_finding()
    {
        Register(1, 2, 3, 4, 5);
        _owner.Store.Lose(from: 3, to: 3);
        _owner.Store.Lose(from: 5, to: 5);

        OwnerHarness successor = _owner.Successor();

        Assert.Equal(new JournalHole(3, 5, 2), successor.Owner.Hole);
        Assert.Equal([1, 3, 5], Found(successor));
    }

    [Fact]
    public void A_hole_before_an_event_that_begins_afresh_is_none()
    {
        Register(1, 2);
        _owner.Store.Lose(from: 2, to: 2);
        _owner.Store.TryWrite(4, [new Opened(Guid.NewGuid(), OwnerHarness.Chat, Fresh: true)]);

        OwnerHarness successor = _owner.Successor();

        Assert.Null(successor.Owner.Hole);
        Assert.Empty(Found(successor));
        Assert.DoesNotContain(successor.Done, step => step.StartsWith("snapshot", StringComparison.Ordinal));
    }

    [Fact]
    public void A_journal_of_another_namespace_is_refused_behind_a_hole_as_before()
    {
        Register(1, 2);
        _owner.Store.Lose(from: 3, to: 3);
        _owner.Store.Rows.Add(4, new Opened(Guid.NewGuid(), RendezvousNamespace.Parse("other")));

        Assert.Throws<InvalidOperationException>(() => { _owner.Successor(); });
    }

    [Fact]
    public void An_event_that_comes_twice_is_refused_instead_of_taken_for_a_hole()
    {
        var owner = new OwnerHarness(Settings);
        var opened = new Opened(Guid.NewGuid(), OwnerHarness.Chat, Fresh: true);
        owner.Owner.Recover(opened, 1);

        Assert.Throws<InvalidOperationException>(() => owner.Owner.Recover(opened, 1));
    }

    private void Register(params int[] peers) => Register(_owner, peers);

    private static void Register(OwnerHarness owner, params int[] peers) => Array.ForEach(peers, peer => owner.RegisterOk(peer));

    private static int[] Found(OwnerHarness owner)
    {
        owner.Discover();
        owner.Run();
        PeerId[] all = [.. Enumerable.Range(0, 10).Select(TestPeers.Id)];
        int[] found = [.. owner.Owner.State!.LiveAfter(0, owner.Now).Select(found => Array.IndexOf(all, found.Peer)).Order()];
        Assert.Equal(found.Length, owner.Discover()!.Registrations.Count);
        return found;
    }
}
