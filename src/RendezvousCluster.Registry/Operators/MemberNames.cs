using Akka.Actor;
using Akka.Cluster;
using RendezvousCluster.Registry.ActorPort;
using RendezvousCluster.Registry.Membership;

namespace RendezvousCluster.Registry.Operators;

/// <summary>Members of the cluster as operators see them.</summary>
internal static class MemberNames
{
    /// <summary>What a node is called that has no port for other nodes.</summary>
    internal const string Alone = "this node";

    private static readonly Comparer<Member> OldestFirst = Comparer<Member>.Create(
        (left, right) => left.Equals(right) ? 0 : left.IsOlderThan(right) ? -1 : 1);

    private static readonly string[] RolesShown =
        [.. Enum.GetValues<NodeRoles>().Where(role => role != NodeRoles.None).Select(role => role.ToString().ToLowerInvariant())];

    /// <summary>The name of a node: where the others reach it.</summary>
    internal static string Of(Address node) =>
        node.Host is null or ClosedTransport.Host ? Alone : new NodeAddress(node.Host, node.Port ?? 0).ToString();

    /// <summary>All members, the oldest first.</summary>
    internal static IReadOnlyList<ClusterMember> All(Cluster cluster)
    {
        ClusterEvent.CurrentClusterState state = cluster.State;
        return
        [
            .. from member in state.Members.Order(OldestFirst)
               select new ClusterMember(
                   Of(member.Address),
                   ClusterMetrics.StateOf(member.Status, state.Unreachable.Contains(member)),
                   [.. RolesShown.Where(member.HasRole)],
                   member.UniqueAddress.Equals(cluster.SelfUniqueAddress)),
        ];
    }
}
