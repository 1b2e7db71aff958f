namespace RendezvousCluster.Cluster.Tests.Faults;

/// <summary>Something that the journal does wrong next.</summary>
/// <param name="Kind">What.</param>
/// <param name="Length">How long it takes, from 0 to 1, where that can vary.</param>
internal readonly record struct JournalFault(JournalFaultKind Kind, double Length);
