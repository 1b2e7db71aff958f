namespace RendezvousCluster.Cluster.Tests.Faults;

/// <summary>The test made the journal fail.</summary>
internal sealed class JournalFaultException(JournalFaultKind kind) : Exception($"The schedule says: {kind}.");
