using RendezvousCluster.Core.Ownership;

namespace RendezvousCluster.Core.Tests.Ownership;

public sealed class OwnerPhasesTests
{
    private static readonly OwnerPhase[] All = Enum.GetValues<OwnerPhase>();

    [Fact]
    public void Each_phase_has_the_followers_that_are_drawn_and_no_others() => Assert.Equal(
        """
        Recovering: Unreadable Unfenced Ended
        Unreadable: Ended
        Unfenced: Fencing AwaitingPermit Writing Proving Mending StoppingMends SavingLast ClearingFence Ended
        Fencing: Serving Mending Stopping Ended
        Serving: AwaitingPermit Writing Proving Mending StoppingMends SavingLast ClearingFence Ended
        AwaitingPermit: Unfenced Serving Writing StoppingAwaitsPermit Ended
        Writing: Serving Mending Stopping Ended
        Proving: Unfenced Serving Ended
        Mending: Unfenced Serving StoppingMends Ended
        StoppingAwaitsPermit: Stopping Ended
        StoppingMends: Ended
        Stopping: StoppingMends Ended
        SavingLast: Ended
        ClearingFence: Clearing Ended
        Clearing: Ended
        Ended: 
        """,
        string.Join('\n', All.Select(phase => $"{phase}: {string.Join(' ', All.Where(next => next.MayFollow(phase)))}")));

    [Fact]
    public void An_owner_that_stops_never_serves_again()
    {
        OwnerPhase[] stopping = [.. All.Where(phase => phase.IsStopping())];

        Assert.Equal(
            [
                OwnerPhase.StoppingAwaitsPermit, OwnerPhase.StoppingMends, OwnerPhase.Stopping, OwnerPhase.SavingLast,
                OwnerPhase.ClearingFence, OwnerPhase.Clearing, OwnerPhase.Ended,
            ],
            stopping);
        Assert.All(stopping, phase => Assert.DoesNotContain(All, next => next.MayFollow(phase) && !next.IsStopping()));
    }

    [Fact]
    public void Every_phase_can_end_and_no_phase_is_out_of_reach()
    {
        Assert.All(All.Except([OwnerPhase.Ended]), phase => Assert.True(OwnerPhase.Ended.MayFollow(phase)));
        Assert.All(All.Except([OwnerPhase.Recovering]), next => Assert.Contains(All, phase => next.MayFollow(phase)));
    }
}
