namespace RendezvousCluster.Registry;

/// <summary>How much of the registry is on this node.</summary>
/// <param name="Registrations">Registrations of the namespaces that are awake here; expired ones until they are swept.</param>
/// <param name="NamespacesAwake">Namespaces in memory.</param>
/// <param name="Commits">Writes that the journal acknowledged, since the start.</param>
public sealed record NodeCounts(long Registrations, int NamespacesAwake, long Commits);
