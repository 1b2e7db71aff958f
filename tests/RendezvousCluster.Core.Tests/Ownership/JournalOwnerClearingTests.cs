using RendezvousCluster.Core.Ownership;
using RendezvousCluster.Protocol;

namespace RendezvousCluster.Core.Tests.Ownership;

/// <summary>Sleep and reclaim: an empty namespace leaves nothing behind, and nothing that counts is ever cleared.</summary>
public sealed class JournalOwnerClearingTests
{
    private static readonly CompactionSettings Settings = new() { MinEventsBetweenSnapshots = 10, MaxEventsPerDeletion = 4 };

    private readonly OwnerHarness _owner = new OwnerHarness(Settings).Recover();

    [Fact]
    public void An_empty_namespace_is_cleared_snapshots_first_and_the_owner_stops()
    {
        Fill();
        _owner.Advance(TimeSpan.FromHours(3));
        _owner.Done.Clear();

        Reclaim();

        Assert.Equal(
            ["write Fresh", "delete snapshots 13", "delete events 4", "delete events 8", "delete events 12", "delete events 13"],
            _owner.Done);
        Assert.True(_owner.IsStopped);
        Assert.Equal(0, _owner.Store.LiveRows);
        Assert.Empty(_owner.Store.Snapshots);
    }

    [Fact]
    public void A_cleared_namespace_begins_anew_with_and_without_the_mark_of_the_highest_number()
    {
        Fill();
        _owner.Advance(TimeSpan.FromHours(3));
        Reclaim();

        OwnerHarness withMark = _owner.Successor();
        Assert.True(withMark.Owner.HasJournal);
        withMark.RegisterOk(1);
        Assert.Equal("write Fresh Registered", withMark.Done[0]);
        Assert.Equal(1, withMark.Successor().Owner.State!.Count);

        withMark.Advance(TimeSpan.FromHours(3));
        withMark.Owner.StopTidily(withMark.Now);
        withMark.Run();
        withMark.Store.DropMark();
        OwnerHarness without = withMark.Successor();
        Assert.False(without.Owner.HasJournal);
        without.RegisterOk(2);
        Assert.Equal(1, without.Successor().Owner.State!.Count);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    public void A_crash_at_any_step_of_clearing_leaves_an_empty_namespace_that_can_be_used(int steps)
    {
        // The last event is an UNREGISTER: a snapshot from before it must not come back to life.
        Fill();
        _owner.Unregister(0);
        _owner.Unregister(1);
        _owner.Run();
        _owner.Advance(Settings.FenceAge);

        _owner.Owner.StopTidily(_owner.Now);
        for (int step = 0; step < steps; step++)
        {
            _owner.RunOne();
        }

        _owner.Crash();
        OwnerHarness successor = _owner.Successor();
        Assert.Empty(successor.Discover()!.Registrations);
        successor.RegisterOk(3);
        Assert.Equal(1, successor.Successor().Owner.State!.Count);
    }

    [Fact]
    public void A_live_registration_keeps_everything()
    {
        Fill();
        _owner.Advance(Settings.FenceAge);
        int rows = _owner.Store.LiveRows;

        Reclaim();

        Assert.True(_owner.IsStopped);
        Assert.Equal(rows, _owner.Store.LiveRows);
    }

    [Fact]
    public void Events_that_are_young_are_kept_even_if_nothing_counts_any_more()
    {
        _owner.RegisterOk(1, ttlSeconds: 1);
        _owner.Advance(Settings.FenceAge - TimeSpan.FromTicks(1));
        Assert.False(_owner.Owner.IsReclaimable);
        _owner.Advance(TimeSpan.FromTicks(1));
        _owner.Owner.Sweep(_owner.Now);
        Assert.True(_owner.Owner.IsReclaimable);
    }

    [Fact]
    public void An_owner_that_was_just_woken_clears_only_if_the_janitor_says_that_the_events_are_old()
    {
        _owner.RegisterOk(1);
        _owner.Advance(TimeSpan.FromHours(100));
        OwnerHarness woken = _owner.Successor();

        Assert.False(woken.Owner.IsReclaimable);
        woken.Owner.KnownToBeOld();
        Assert.True(woken.Owner.IsReclaimable);
        woken.RegisterOk(2, ttlSeconds: 1);
        woken.Advance(TimeSpan.FromSeconds(2));
        woken.Owner.Sweep(woken.Now);
        Assert.False(woken.Owner.IsReclaimable); // not old any more
    }

    [Fact]
    public void An_owner_that_was_replaced_clears_nothing()
    {
        _owner.RegisterOk(1);
        OwnerHarness newer = _owner.Successor();
        newer.RegisterOk(1, ttlSeconds: 100_000);
        _owner.Advance(TimeSpan.FromHours(3)); // to the old one it looks empty
        Assert.True(Reclaimable());

        Reclaim();

        Assert.Contains("collision", _owner.Done);
        Assert.DoesNotContain(_owner.Done, done => done.StartsWith("delete", StringComparison.Ordinal));
        Assert.Equal(1, newer.Successor().Owner.State!.Count);

        bool Reclaimable()
        {
            _owner.Owner.Sweep(_owner.Now);
            return _owner.Owner.IsReclaimable;
        }
    }

    [Fact]
    public void Reading_an_empty_namespace_writes_nothing_and_does_not_fence()
    {
        Fill();
        _owner.Advance(TimeSpan.FromHours(3));
        OwnerHarness reader = _owner.Successor();

        Assert.Equal(RendezvousStatus.Ok, reader.Discover()!.Status);

        Assert.Empty(reader.Done);
        Assert.False(reader.Owner.IsFenced);
    }

    [Fact]
    public void Reading_a_namespace_with_registrations_writes_the_fence_first()
    {
        Fill();
        OwnerHarness reader = _owner.Successor();

        Assert.Null(reader.Discover());
        Assert.Equal(["write Opened"], reader.Done);
        reader.Run();
        Assert.Equal(2, ((DiscoverReply)reader.Replies[-1]).Registrations.Count);
        Assert.True(reader.Owner.IsFenced);
    }

    [Fact]
    public void A_command_during_the_clearing_of_the_journal_is_to_try_again()
    {
        Fill();
        _owner.Advance(TimeSpan.FromHours(3));
        _owner.Owner.StopTidily(_owner.Now);

        _owner.Register(5);
        _owner.Run();

        Assert.Contains("retry 5", _owner.Done);
        _owner.Successor().RegisterOk(5);
    }

    // One opening, eleven registrations of two peers and, at the tenth event, a snapshot.
    private void Fill()
    {
        for (int i = 0; i < 11; i++)
        {
            _owner.RegisterOk(i % 2);
        }

        Assert.Equal((12, 1), (_owner.Store.LiveRows, _owner.Store.Snapshots.Count));
    }

    private void Reclaim()
    {
        _owner.Owner.StopTidily(_owner.Now);
        _owner.Run();
    }
}
