namespace RendezvousCluster.Registry;

/// <summary>How large a namespace is that is awake on a node.</summary>
/// <param name="Name">The namespace; any text of a peer's choice.</param>
/// <param name="Registrations">Its registrations; expired ones until they are swept.</param>
public sealed record NamespaceSize(string Name, int Registrations);
