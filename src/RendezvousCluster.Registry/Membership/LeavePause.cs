using Akka;
using Akka.Actor;
using Akka.Cluster;

namespace RendezvousCluster.Registry.Membership;

/// <summary>
/// The oldest node stays for a moment after it has handed its shards over.
/// </summary>
/// <remarks>
/// On it lives the coordinator, which tells the others where the shards are now. When it leaves at once, a new coordinator has to be found,
/// which takes most of a second by Akka's own fixed times, and all that time the shards just handed over are nowhere. While it stays their
/// new homes are found in milliseconds.
/// </remarks>
internal static class LeavePause
{
    /// <summary>The phase of the coordinated shutdown, in registry.conf, between the hand-over of the shards and the leaving.</summary>
    internal const string Phase = "registry-homes";

    /// <summary>
    /// Regions ask again for the homes of shards in use every 200 ms (sharding.retry-interval), and each home takes some 10 ms, one after
    /// the other.
    /// </summary>
    internal static readonly TimeSpan Length = TimeSpan.FromSeconds(1);

    /// <summary>Adds it to the shutdown of a node.</summary>
    /// <param name="system">The node's.</param>
    /// <param name="role">The role of the nodes that coordinate.</param>
    public static void AddTo(ActorSystem system, string role)
    {
        var cluster = Cluster.Get(system);
        CoordinatedShutdown.Get(system).AddTask(Phase, "pause", async () =>
        {
            if (IsNeeded(cluster.SelfMember, cluster.State.Members, role))
            {
                await Task.Delay(Length, TimeProvider.System).ConfigureAwait(false);
            }

            return Done.Instance;
        });
    }

    /// <summary>Whether a node is the oldest of those that coordinate, and not the last.</summary>
    internal static bool IsNeeded(Member self, IEnumerable<Member> members, string role)
    {
        Member[] others = [.. members.Where(member => member.HasRole(role) && member.Status == MemberStatus.Up && !member.Equals(self))];
        return self.HasRole(role) && others.Length > 0 && Array.TrueForAll(others, self.IsOlderThan);
    }
}
