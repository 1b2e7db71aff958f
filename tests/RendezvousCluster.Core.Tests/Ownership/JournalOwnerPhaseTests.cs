using RendezvousCluster.Core.Ownership;

namespace RendezvousCluster.Core.Tests.Ownership;

/// <summary>The phases of an owner as it goes through them, and what it refuses to go through.</summary>
public sealed class JournalOwnerPhaseTests
{
    private static readonly CompactionSettings Settings = new() { MinEventsBetweenSnapshots = 3 };

    private readonly OwnerHarness _owner = new(Settings);

    private OwnerPhase Phase => _owner.Owner.Phase;

    [Fact]
    public void The_first_registration_of_an_empty_namespace_waits_for_its_permit_and_then_for_its_write()
    {
        Assert.Equal(OwnerPhase.Recovering, Phase);
        _owner.Recover();
        Assert.Equal(OwnerPhase.Unfenced, Phase);

        _owner.Register(1);
        Assert.Equal(OwnerPhase.AwaitingPermit, Phase);
        _owner.RunOne();
        Assert.Equal((OwnerPhase.Writing, null), (Phase, _owner.Owner.FencingToken));
        _owner.RunOne();

        Assert.Equal((OwnerPhase.Serving, 1L), (Phase, _owner.Owner.FencingToken));
    }

    [Fact]
    public void A_successor_fences_and_its_token_is_higher()
    {
        _owner.Recover().RegisterOk(1);
        OwnerHarness successor = _owner.Successor();

        successor.Discover();
        Assert.Equal(OwnerPhase.Fencing, successor.Owner.Phase);
        successor.Run();

        Assert.Equal(OwnerPhase.Serving, successor.Owner.Phase);
        Assert.True(successor.Owner.FencingToken > _owner.Owner.FencingToken);
        successor.Register(2);
        successor.Run();
        Assert.Equal(3L, successor.Owner.FencingToken); // the number of its first row, and it stays
    }

    [Fact]
    public void A_batch_that_gets_no_permit_leads_back_to_where_the_owner_was()
    {
        _owner.Recover().Register(1);

        _owner.Owner.AnnouncementFailed(_owner.Now);

        Assert.Equal(OwnerPhase.Unfenced, Phase);
    }

    [Fact]
    public void At_rest_it_stops_at_once_and_in_a_write_after_the_answer()
    {
        _owner.Recover().Register(1);
        _owner.RunOne();
        _owner.Owner.Stop();
        Assert.Equal((OwnerPhase.Stopping, false), (Phase, _owner.IsStopped));
        _owner.Run();
        Assert.Equal((OwnerPhase.Ended, true), (Phase, _owner.IsStopped));

        OwnerHarness successor = _owner.Successor();
        successor.Owner.Stop();
        Assert.Equal((OwnerPhase.Ended, true), (successor.Owner.Phase, successor.IsStopped));
    }

    [Fact]
    public void With_many_events_and_time_it_saves_a_last_snapshot_and_reads_go_on_behind_the_fence_only()
    {
        _owner.Recover();
        for (int i = 0; i < 5; i++)
        {
            _owner.RegisterOk(1); // a snapshot at the third event; the next would come too soon
        }

        OwnerHarness successor = _owner.Successor();
        successor.Owner.StopTidily(successor.Now);
        Assert.Equal(OwnerPhase.SavingLast, successor.Owner.Phase);

        Assert.Null(successor.Discover());

        Assert.Equal(["snapshot 6", "retry -1"], successor.Done);
        successor.Run();
        Assert.Equal(OwnerPhase.Ended, successor.Owner.Phase);
    }

    [Fact]
    public void An_empty_one_clears_its_journal_behind_a_fence()
    {
        _owner.Recover().RegisterOk(1, ttlSeconds: 1);
        _owner.Advance(Settings.FenceAge);

        _owner.Owner.StopTidily(_owner.Now);
        Assert.Equal(OwnerPhase.ClearingFence, Phase);
        _owner.RunOne();
        Assert.Equal(OwnerPhase.Clearing, Phase);
        _owner.Run();

        Assert.Equal(OwnerPhase.Ended, Phase);
    }

    [Fact]
    public void A_call_that_its_phase_does_not_allow_is_thrown()
    {
        Assert.Throws<InvalidOperationException>(() => _owner.Register(1));
        Assert.Throws<InvalidOperationException>(() => { _owner.Discover(); });
        _owner.Recover();
        Assert.Throws<InvalidOperationException>(() => _owner.Owner.Committed(_owner.Now));
        Assert.Throws<InvalidOperationException>(_owner.Owner.WriteFailed);
        Assert.Throws<InvalidOperationException>(() => { _owner.Recover(); });
    }
}
