namespace RendezvousCluster.Registry;

/// <summary>A member of the cluster, as one node sees it.</summary>
/// <param name="Node">Where the others reach it; for a node that is alone, a name for it.</param>
/// <param name="State">One of joining, up, leaving, exiting, down, unreachable.</param>
/// <param name="Roles">What it does: registry, frontend, or both.</param>
/// <param name="IsSelf">Whether it is the node that was asked.</param>
public sealed record ClusterMember(string Node, string State, IReadOnlyList<string> Roles, bool IsSelf);
