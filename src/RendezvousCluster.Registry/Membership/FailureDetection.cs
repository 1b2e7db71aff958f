namespace RendezvousCluster.Registry.Membership;

/// <summary>
/// How soon a node that does not answer is taken for dead, and its namespaces move to others. One whose process has ended is found out at
/// once with either.
/// </summary>
public enum FailureDetection
{
    /// <summary>
    /// About four seconds, for nodes in one data centre. A node that stands still for more than a second and a half, in a pause of its
    /// virtual machine for example, loses its membership.
    /// </summary>
    Fast,

    /// <summary>About fifteen seconds, for networks and machines that stall now and then.</summary>
    Calm,
}
