using Akka.Actor;
using Akka.Cluster;
using Microsoft.Extensions.Logging;
using RendezvousCluster.Registry.Sharding;

namespace RendezvousCluster.Registry.Membership;

/// <summary>
/// Decides which half of a cluster goes on, when two halves do not hear each other: the one on which a node has the seat, or gets it
/// (<see cref="MemberLock"/>). Every node that owns namespaces looks; the one with the seat puts the other half out.
/// </summary>
/// <remarks>
/// <para>
/// In a cluster of two this is how the survivor goes on, whichever node dies. With the process of the other node ends its session, and the
/// seat is free at once. When its machine is gone, or it stands still, the database ends the session after
/// <see cref="MemberLock.LongestSilence"/>; for so long the survivor waits. And when both live and do not hear each other, one of them has
/// the seat; the other one waits in vain, and ends (<see cref="SideLease.LongestTie"/>).
/// </para>
/// <para>
/// Without the database nobody gets the seat, and both halves end; neither could acknowledge anything.
/// </para>
/// </remarks>
/// <param name="members">Where the seat is.</param>
/// <param name="stableAfter">For how long the halves must not have heard each other; as long as Akka's resolver waits.</param>
/// <param name="time">A clock that nobody sets.</param>
/// <param name="logger">Where the operator reads who goes on.</param>
internal sealed partial class TieBreak(MemberLock members, TimeSpan stableAfter, TimeProvider time, ILogger<TieBreak> logger)
{
    private long? _since;

    /// <summary>Looks until the node ends.</summary>
    public async Task WatchAsync(Cluster cluster, CancellationToken stopping)
    {
        using var timer = new PeriodicTimer(SideLease.LookInterval);
        try
        {
            while (await timer.WaitForNextTickAsync(stopping).ConfigureAwait(false))
            {
                if (IsDue(cluster) && await members.TryTakeSeatAsync(stopping).ConfigureAwait(false) is true && IsDue(cluster))
                {
                    PutOut(cluster);
                }
            }
        }
        catch (OperationCanceledException)
        {
            return; // the node stops
        }
    }

    private bool IsDue(Cluster cluster)
    {
        bool isTied = cluster.SelfMember.Status == MemberStatus.Up
            && Sides.Judge(cluster.State, RegionNames.OwnersRole) == SideVerdict.Tied;
        _since = isTied ? _since ?? time.GetTimestamp() : null;
        return _since is { } since && time.GetElapsedTime(since) >= stableAfter;
    }

    private void PutOut(Cluster cluster)
    {
        ClusterEvent.CurrentClusterState state = cluster.State;
        foreach (Member silent in state.Members.Where(member => !Sides.IsHeard(state, member) && member.Status != MemberStatus.Down))
        {
            LogGoesOn(logger, silent.Address);
            cluster.Down(silent.Address);
        }
    }

    [LoggerMessage(
        2062, LogLevel.Warning,
        "Half of the cluster does not answer; the database lets this half go on, so {Node} is put out")]
    private static partial void LogGoesOn(ILogger logger, Address node);
}
