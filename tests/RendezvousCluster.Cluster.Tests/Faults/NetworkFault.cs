namespace RendezvousCluster.Cluster.Tests.Faults;

/// <summary>Something that the network does wrong.</summary>
/// <param name="Kind">What.</param>
/// <param name="Node">To which node.</param>
/// <param name="Length">How long or how much, from 0 to 1, where that can vary.</param>
internal readonly record struct NetworkFault(NetworkFaultKind Kind, int Node, double Length);
