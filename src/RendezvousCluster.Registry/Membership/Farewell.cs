using Akka.Cluster;

namespace RendezvousCluster.Registry.Membership;

/// <summary>
/// Whether a node that is gone has said that it would go. Then it has handed over what it had, and nobody need be told or put it out.
/// </summary>
internal static class Farewell
{
    /// <param name="status">What the cluster knew of it last.</param>
    public static bool IsSaid(MemberStatus status) => status is MemberStatus.Leaving or MemberStatus.Exiting;
}
