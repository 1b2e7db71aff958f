using Akka.Cluster;

namespace RendezvousCluster.Registry.Membership;

/// <summary>
/// Whether a node that is gone announced its leave. Then it has handed its shards over, and needs neither a log line nor a verdict.
/// </summary>
internal static class OrderlyLeave
{
    /// <param name="status">What the cluster knew of it last.</param>
    public static bool HasBegun(MemberStatus status) => status is MemberStatus.Leaving or MemberStatus.Exiting;
}
