using Akka.Cluster;

namespace RendezvousCluster.Registry.Membership;

/// <summary>How a side counts.</summary>
internal static class Sides
{
    /// <summary>
    /// What follows for this side from the nodes that own namespaces. Of its own it counts those that are members for sure, and of the
    /// other side's all that may be: a member that joins, leaves or comes up does so only when all have heard of it, but not all have heard
    /// yet that it did. So where one side goes on, the other one ends, and of two that are tied the seat decides: never do both go on.
    /// </summary>
    /// <param name="owners">Their states as far as this side knows, and whether it hears them. The node itself is among them, if it owns
    /// namespaces.</param>
    public static SideVerdict Judge(IEnumerable<(MemberStatus Status, bool IsHeard)> owners)
    {
        int here = 0, there = 0;
        foreach ((MemberStatus status, bool isHeard) in owners)
        {
            here += isHeard && status == MemberStatus.Up ? 1 : 0;
            there += !isHeard && status is not (MemberStatus.Down or MemberStatus.Exiting or MemberStatus.Removed) ? 1 : 0;
        }

        return here > there ? SideVerdict.GoesOn : here == there ? SideVerdict.Tied : SideVerdict.Ends;
    }

    /// <summary>The same of a cluster as this node sees it.</summary>
    /// <param name="state">What the node sees.</param>
    /// <param name="owningRole">The role of nodes that own namespaces.</param>
    public static SideVerdict Judge(ClusterEvent.CurrentClusterState state, string owningRole) =>
        Judge(state.Members.Where(member => member.HasRole(owningRole)).Select(member => (member.Status, IsHeard(state, member))));

    /// <summary>
    /// Whether a node is on this side. One that does not answer and has seen the newest state all the same is heard through a third one.
    /// </summary>
    public static bool IsHeard(ClusterEvent.CurrentClusterState state, Member member) =>
        !state.Unreachable.Contains(member) || state.SeenBy.Contains(member.Address);
}
