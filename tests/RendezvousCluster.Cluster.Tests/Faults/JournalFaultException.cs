namespace RendezvousCluster.Cluster.Tests.Faults;

/// <summary>The journal was told to fail.</summary>
internal sealed class JournalFaultException(JournalFaultKind kind) : Exception($"The schedule says: {kind}.");
