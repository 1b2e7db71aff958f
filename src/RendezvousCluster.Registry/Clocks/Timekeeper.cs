using Akka.Actor;
using Akka.Cluster;

namespace RendezvousCluster.Registry.Clocks;

/// <summary>A member that knows the time of the cluster.</summary>
/// <param name="Node">Its address.</param>
/// <param name="Clock">Its <see cref="ClusterTime"/>.</param>
/// <param name="IsSelf">Whether it is this node.</param>
internal sealed record Timekeeper(Address Node, ICanTell Clock, bool IsSelf)
{
    private static readonly Comparer<Member> OldestFirst = Comparer<Member>.Create(
        (left, right) => left.Equals(right) ? 0 : left.IsOlderThan(right) ? -1 : 1);

    /// <summary>The members that know the time, the oldest first. Nodes of older versions do not tell theirs, and are left out.</summary>
    internal static IReadOnlyList<Timekeeper> Of(Cluster cluster, ActorSystem system) =>
    [
        .. from member in cluster.State.Members.Where(member => Tells(member.Roles, member.Status)).Order(OldestFirst)
           select new Timekeeper(
               member.Address,
               system.ActorSelection(new RootActorPath(member.Address) / "user" / ClusterTime.Name),
               member.UniqueAddress.Equals(cluster.SelfUniqueAddress)),
    ];

    /// <summary>Whether a member tells the time: it is of a version that does, and is taken in.</summary>
    /// <param name="roles">What it publishes of itself.</param>
    /// <param name="status">How far it is a member.</param>
    internal static bool Tells(IEnumerable<string> roles, MemberStatus status) =>
        roles.Contains(ClusterTime.Role) && status is (MemberStatus.Up or MemberStatus.Leaving);
}
