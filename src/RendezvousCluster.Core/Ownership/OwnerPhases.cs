namespace RendezvousCluster.Core.Ownership;

/// <summary>Which phase of an owner may follow which. All of the others are bugs, and are thrown as such.</summary>
internal static class OwnerPhases
{
    // By phase: one bit for each phase that may follow.
    private static readonly int[] Followers = FollowersOf(
        (OwnerPhase.Recovering, [OwnerPhase.Unreadable, OwnerPhase.Unfenced, OwnerPhase.Ended]),
        (OwnerPhase.Unreadable, [OwnerPhase.Ended]),
        (OwnerPhase.Unfenced,
        [
            OwnerPhase.Fencing, OwnerPhase.AwaitingPermit, OwnerPhase.Writing, OwnerPhase.Proving, OwnerPhase.SavingLast,
            OwnerPhase.ClearingFence, OwnerPhase.Mending, OwnerPhase.StoppingMends, OwnerPhase.Ended,
        ]),
        (OwnerPhase.Fencing, [OwnerPhase.Serving, OwnerPhase.Mending, OwnerPhase.Stopping, OwnerPhase.Ended]),
        (OwnerPhase.Serving,
        [
            OwnerPhase.AwaitingPermit, OwnerPhase.Writing, OwnerPhase.Proving, OwnerPhase.SavingLast, OwnerPhase.ClearingFence,
            OwnerPhase.Mending, OwnerPhase.StoppingMends, OwnerPhase.Ended,
        ]),
        (OwnerPhase.AwaitingPermit,
            [OwnerPhase.Writing, OwnerPhase.Unfenced, OwnerPhase.Serving, OwnerPhase.StoppingAwaitsPermit, OwnerPhase.Ended]),
        (OwnerPhase.Writing, [OwnerPhase.Serving, OwnerPhase.Mending, OwnerPhase.Stopping, OwnerPhase.Ended]),
        (OwnerPhase.Proving, [OwnerPhase.Unfenced, OwnerPhase.Serving, OwnerPhase.Ended]),
        (OwnerPhase.Mending, [OwnerPhase.Unfenced, OwnerPhase.Serving, OwnerPhase.StoppingMends, OwnerPhase.Ended]),
        (OwnerPhase.StoppingMends, [OwnerPhase.Ended]),
        (OwnerPhase.StoppingAwaitsPermit, [OwnerPhase.Stopping, OwnerPhase.Ended]),
        (OwnerPhase.Stopping, [OwnerPhase.StoppingMends, OwnerPhase.Ended]),
        (OwnerPhase.SavingLast, [OwnerPhase.Ended]),
        (OwnerPhase.ClearingFence, [OwnerPhase.Clearing, OwnerPhase.Ended]),
        (OwnerPhase.Clearing, [OwnerPhase.Ended]),
        (OwnerPhase.Ended, []));

    /// <summary>Whether a phase may follow another.</summary>
    public static bool MayFollow(this OwnerPhase next, OwnerPhase phase) => (Followers[(int)phase] & (1 << (int)next)) != 0;

    /// <summary>Whether commands are decided as they come: nothing is being written, and nothing is ending.</summary>
    public static bool IsAtRest(this OwnerPhase phase) => phase is OwnerPhase.Unfenced or OwnerPhase.Serving;

    /// <summary>Whether the journal has a write of this owner in hand, whose outcome it will report.</summary>
    public static bool IsWriteInFlight(this OwnerPhase phase) =>
        phase is OwnerPhase.Fencing or OwnerPhase.Writing or OwnerPhase.Stopping or OwnerPhase.ClearingFence;

    /// <summary>Whether what the journal has lost is being written again.</summary>
    public static bool IsMending(this OwnerPhase phase) => phase is OwnerPhase.Mending or OwnerPhase.StoppingMends;

    /// <summary>Whether a decided batch waits for the permit to be written.</summary>
    public static bool IsPermitAwaited(this OwnerPhase phase) => phase is OwnerPhase.AwaitingPermit or OwnerPhase.StoppingAwaitsPermit;

    /// <summary>Whether the owner was asked to stop: nothing new is taken.</summary>
    public static bool IsStopping(this OwnerPhase phase) => phase >= OwnerPhase.StoppingAwaitsPermit;

    private static int[] FollowersOf(params ReadOnlySpan<(OwnerPhase Phase, OwnerPhase[] Followers)> rules)
    {
        int[] followers = new int[rules.Length];
        foreach ((OwnerPhase phase, OwnerPhase[] next) in rules)
        {
            followers[(int)phase] = next.Aggregate(0, (bits, follower) => bits | (1 << (int)follower));
        }

        return followers;
    }
}
