using Akka.Actor;
using Akka.Cluster;
using Akka.Coordination;
using RendezvousCluster.Registry.Sharding;

namespace RendezvousCluster.Registry.Membership;

/// <summary>
/// Akka's resolver lets that side of a cluster go on which gets a lease. This one is had by the side with most of the nodes that own
/// namespaces, without asking anybody; of two equal sides by the one on which a node has taken the seat and put the others out
/// (<see cref="TieBreak"/>). Nothing keeps it: it follows from what the node sees.
/// </summary>
internal sealed class SideLease : Lease
{
    /// <summary>A dead node has the seat for as long as its session lasts.</summary>
    internal static readonly TimeSpan LongestTie = MemberLock.LongestSilence + TimeSpan.FromSeconds(8);

    /// <summary>Two looks so far apart have to agree: the state of a cluster is put together from messages that come one by one.</summary>
    internal static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(500);

    private readonly ActorSystem _system;

    /// <param name="settings">As Akka passes them; they have nothing for this lease.</param>
    /// <param name="system">The node's actor system.</param>
    public SideLease(LeaseSettings settings, ExtendedActorSystem system)
        : base(settings) => _system = system;

    /// <inheritdoc/>
    public override bool CheckLease() => Verdict == SideVerdict.GoesOn;

    /// <inheritdoc/>
    public override async Task<bool> Acquire()
    {
        long start = TimeProvider.System.GetTimestamp();
        SideVerdict? before = null;
        while (TimeProvider.System.GetElapsedTime(start) < LongestTie)
        {
            SideVerdict now = Verdict;
            if (now == before && now != SideVerdict.Tied)
            {
                return now == SideVerdict.GoesOn;
            }

            before = now;
            await Task.Delay(LookInterval, TimeProvider.System).ConfigureAwait(false);
        }

        return false;
    }

    /// <inheritdoc/>
    public override Task<bool> Acquire(Action<Exception> leaseLostCallback) => Acquire();

    /// <inheritdoc/>
    public override Task<bool> Release() => Task.FromResult(true);

    private SideVerdict Verdict => Sides.Judge(Cluster.Get(_system).State, RegionNames.OwnersRole);
}
