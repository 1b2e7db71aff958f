namespace RendezvousCluster.Cluster.Tests.Faults;

/// <summary>Something that happens to a node or its network.</summary>
/// <param name="Kind">What.</param>
/// <param name="Node">To which node, by number.</param>
/// <param name="Length">How long or how much, from 0 to 1, where that can vary.</param>
internal readonly record struct NodeFault(NodeFaultKind Kind, int Node, double Length);
