using RendezvousCluster.Core.Namespaces;
using RendezvousCluster.Core.Ownership;

namespace RendezvousCluster.Core.Tests.Ownership;

/// <summary>The journal is kept short, and an owner that fell behind still collides.</summary>
public sealed class JournalOwnerCompactionTests
{
    private static readonly CompactionSettings Settings = new() { MinEventsBetweenSnapshots = 10, MaxEventsPerDeletion = 4 };

    private readonly OwnerHarness _owner = new OwnerHarness(Settings).Recover();

    [Fact]
    public void A_snapshot_and_the_events_behind_it_are_the_state()
    {
        Refresh(times: 12);
        _owner.Unregister(1);
        _owner.Run();
        _owner.RegisterOk(7);

        Assert.Equal([10L], _owner.Store.Snapshots.Keys);
        OwnerHarness successor = _owner.Successor();
        Assert.Equal(Describe(_owner.Owner.State!), Describe(successor.Owner.State!));
        Assert.Equal(_owner.Owner.State!.LastRevision, successor.Owner.State!.LastRevision);
    }

    [Fact]
    public void A_snapshot_shows_the_moment_it_was_asked_for_and_nothing_that_happens_while_it_is_saved()
    {
        Refresh(times: 8);
        _owner.Register(1);
        Assert.True(_owner.RunOne()); // the tenth event; the snapshot is on its way
        _owner.Unregister(1);
        _owner.Run();

        Assert.Equal(2, _owner.Store.Snapshots[10].Registrations.Count);
        Assert.Single(LivePeers(_owner.Successor()));
    }

    [Fact]
    public void Old_events_and_snapshots_go()
    {
        RefreshForAnHour();
        _owner.Advance(Settings.FenceAge);
        Finish();

        Assert.Equal(2, _owner.Store.Snapshots.Count);
        Assert.Equal(_owner.Store.Snapshots.Keys.First() + 1, _owner.Store.Rows.First(row => row.Value is not null).Key);
        Assert.Equal(LivePeers(_owner), LivePeers(_owner.Successor()));
    }

    [Fact]
    public void An_older_snapshot_and_the_events_that_are_kept_for_it_are_the_state_too()
    {
        RefreshForAnHour();

        _owner.Store.Snapshots.Remove(_owner.Store.Snapshots.Keys.Last());

        Assert.Equal(Describe(_owner.Owner.State!), Describe(_owner.Successor().Owner.State!));
    }

    [Fact]
    public void Without_any_snapshot_missing_events_are_noticed()
    {
        RefreshForAnHour();
        long first = _owner.Store.Rows.First(row => row.Value is not null).Key;

        _owner.Store.Snapshots.Clear();

        Assert.Equal(new JournalHole(1, first - 1, first - 1), _owner.Successor().Owner.Hole);
    }

    [Fact]
    public void An_owner_that_fell_behind_collides_while_it_trusts_itself()
    {
        _owner.RegisterOk(1);
        OwnerHarness newer = _owner.Successor();
        for (int i = 0; i < 5; i++)
        {
            newer.RegisterOk(i);
            Advance(Settings.TrustAge / 5 - TimeSpan.FromSeconds(1), newer);
            Finish(newer);
        }

        _owner.Register(9);
        _owner.Run();

        Assert.Contains("collision", _owner.Done);
        Assert.Contains("retry 9", _owner.Done);
        Assert.True(_owner.IsStopped);
    }

    [Fact]
    public void An_owner_that_fell_further_behind_does_not_even_try()
    {
        // The rows that the newer owner wrote in its place are deleted: nothing would stop it.
        _owner.RegisterOk(1);
        OwnerHarness newer = _owner.Successor();
        for (int i = 0; i < 10; i++)
        {
            for (int times = 0; times < 10; times++)
            {
                newer.RegisterOk(times % 5);
            }

            Advance(Settings.TrustAge - TimeSpan.FromMinutes(1), newer);
            Finish(newer);
        }

        Assert.False(newer.Store.Rows.ContainsKey(_owner.Owner.LastSequence + 1));
        _owner.Register(9);
        _owner.Run();

        Assert.Contains("retry 9", _owner.Done);
        Assert.DoesNotContain("collision", _owner.Done);
        Assert.True(_owner.IsStopped);
        Assert.DoesNotContain(9, LivePeers(newer.Successor()));
    }

    [Fact]
    public void Trust_ends_at_its_age_and_not_before()
    {
        _owner.RegisterOk(1);
        _owner.Advance(Settings.TrustAge - TimeSpan.FromTicks(1));
        _owner.RegisterOk(2); // which renews it
        _owner.Advance(Settings.TrustAge);

        _owner.Register(3);

        Assert.Contains("retry 3", _owner.Done);
        Assert.True(_owner.IsStopped);
    }

    [Fact]
    public void A_wall_clock_that_is_set_back_gives_no_trust()
    {
        _owner.RegisterOk(1);
        _owner.Advance(Settings.TrustAge);
        _owner.Now -= TimeSpan.FromHours(1);

        _owner.Register(2);

        Assert.True(_owner.IsStopped);
    }

    [Fact]
    public void A_month_of_refreshes_leaves_less_than_three_times_the_live_count()
    {
        const int Live = 100;
        var settings = new CompactionSettings { MinEventsBetweenSnapshots = Live };
        OwnerHarness owner = new OwnerHarness(settings).Recover();
        TimeSpan step = TimeSpan.FromHours(1) / Live;
        int most = 0;
        for (int i = 0; i < 30 * 24 * Live; i++)
        {
            owner.RegisterOk(i % Live);
            owner.Advance(step);
            owner.Owner.CompactionDue(owner.Now);
            owner.Run();
            most = Math.Max(most, owner.Store.LiveRows + owner.Store.Snapshots.Count);
        }

        Assert.InRange(most, 2 * Live, (3 * Live) - 1);
        Assert.Equal(Live, owner.Owner.State!.Count);
    }

    [Fact]
    public void An_owner_paused_before_it_heard_of_its_write_does_not_trust_itself()
    {
        _owner.Register(1);
        _owner.Advance(Settings.TrustAge);
        Assert.True(_owner.RunOne()); // the write was in the journal long ago; only now the owner hears of it
        int writes = _owner.Done.Count(done => done.StartsWith("write", StringComparison.Ordinal));

        _owner.Register(2);

        Assert.Equal(writes, _owner.Done.Count(done => done.StartsWith("write", StringComparison.Ordinal)));
        Assert.True(_owner.IsStopped);
    }

    [Fact]
    public void An_owner_paused_during_its_recovery_does_not_trust_itself()
    {
        _owner.RegisterOk(1);
        var successor = new OwnerHarness(Settings, _owner.Store);
        _owner.Store.ReplayTo(successor.Owner);
        successor.Advance(Settings.TrustAge);
        successor.Owner.RecoveryCompleted(Guid.NewGuid(), _owner.Store.HighestSequence, successor.Now);

        successor.Register(2);

        Assert.DoesNotContain(successor.Done, done => done.StartsWith("write", StringComparison.Ordinal));
        Assert.True(successor.IsStopped);
    }

    [Fact]
    public void Nothing_is_due_while_a_write_is_in_flight()
    {
        RefreshForAnHour();
        Assert.NotNull(_owner.Owner.CompactionDueIn);

        _owner.Register(1);
        bool wasDue = _owner.Owner.CompactionDueIn is not null;
        _owner.Run();

        Assert.False(wasDue, "Compact would do nothing, and be due again at once.");
        Assert.NotNull(_owner.Owner.CompactionDueIn);
    }

    [Fact]
    public void A_clock_that_is_ahead_leaves_no_snapshot_that_contradicts_the_events_behind_it()
    {
        _owner.RegisterOk(7, ttlSeconds: 60);
        Refresh(times: 8); // the first snapshot, at the tenth event
        Refresh(times: 12); // too soon for the second one
        OwnerHarness successor = _owner.Successor();
        _owner.Advance(TimeSpan.FromMinutes(2));
        _owner.Owner.Sweep(_owner.Now);

        successor.RegisterOk(7); // its clock says that the registration is there to be refreshed
        _owner.Owner.CompactionDue(_owner.Now);
        _owner.Run();

        Assert.Contains(7, LivePeers(successor.Successor()));
    }

    [Theory]
    [InlineData(9, false)]
    [InlineData(10, true)]
    public void An_owner_that_falls_asleep_leaves_a_snapshot_behind_if_that_saves_much(int eventsBehind, bool isTaken)
    {
        Refresh(times: 9);
        Assert.Equal([10L], _owner.Store.Snapshots.Keys);
        Refresh(eventsBehind); // too soon for the next one

        _owner.Owner.StopTidily(_owner.Now);
        Assert.Equal(!isTaken, _owner.IsStopped);
        _owner.Run();

        Assert.True(_owner.IsStopped);
        Assert.Equal(isTaken ? [10L, 20L] : [10L], _owner.Store.Snapshots.Keys);
        Assert.Equal(Describe(_owner.Owner.State!), Describe(_owner.Successor().Owner.State!));
    }

    [Fact]
    public void At_hand_off_it_does_not_as_the_next_owner_waits()
    {
        Refresh(times: 9);
        Refresh(times: 10);

        _owner.Owner.Stop();

        Assert.True(_owner.IsStopped);
        Assert.Equal([10L], _owner.Store.Snapshots.Keys);
    }

    // With pauses in which an owner still trusts itself.
    private void RefreshForAnHour()
    {
        for (int i = 0; i < 15; i++)
        {
            Refresh(times: 10);
            _owner.Advance(Settings.TrustAge - TimeSpan.FromMinutes(1));
            Finish();
        }
    }

    private void Refresh(int times)
    {
        for (int i = 0; i < times; i++)
        {
            _owner.RegisterOk(i % 2);
        }
    }

    private void Advance(TimeSpan time, OwnerHarness other)
    {
        _owner.Advance(time);
        other.Advance(time);
    }

    private void Finish(OwnerHarness? owner = null)
    {
        owner ??= _owner;
        owner.Owner.CompactionDue(owner.Now);
        owner.Run();
        while (owner.Owner.CompactionDueIn is { } wait && wait <= Settings.PauseBetweenDeletions)
        {
            owner.Advance(Settings.PauseBetweenDeletions);
            owner.Owner.CompactionDue(owner.Now);
            owner.Run();
        }
    }

    private static IEnumerable<int> LivePeers(OwnerHarness owner) =>
        owner.Owner.State!.LiveAfter(0, owner.Now)
            .Select(registration => Enumerable.Range(0, 100).First(peer => registration.Peer.Equals(Testing.Registry.TestPeers.Id(peer))));

    private static IEnumerable<string> Describe(NamespaceState state) => state.LiveAfter(0, DateTimeOffset.UnixEpoch).Select(registration =>
        $"{registration.Peer} {registration.Revision} {registration.ExpiresAtUnixMilliseconds} {registration.DeadlineUnixMilliseconds} "
        + $"{Convert.ToHexString(registration.Envelope)}");
}
