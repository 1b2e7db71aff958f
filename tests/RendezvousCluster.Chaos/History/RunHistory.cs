namespace RendezvousCluster.Chaos.History;

/// <summary>All that the clients of a run did and heard, and what went wrong meanwhile.</summary>
/// <param name="Seed">What the run follows from.</param>
/// <param name="Nodes">How many nodes there are.</param>
/// <param name="Namespaces">How many namespaces.</param>
/// <param name="QuietFrom">From when on nothing is made to go wrong any more, in milliseconds since the run began.</param>
/// <param name="Writes">Every REGISTER and UNREGISTER.</param>
/// <param name="Reads">Every DISCOVER.</param>
/// <param name="Faults">What went wrong.</param>
/// <param name="Quota">How many registrations a peer may have. Namespaces with numbers from <paramref name="Namespaces"/> on are of peers
/// that want more.</param>
internal sealed record RunHistory(
    int Seed,
    int Nodes,
    int Namespaces,
    long QuietFrom,
    IReadOnlyList<RegistryWrite> Writes,
    IReadOnlyList<RegistryRead> Reads,
    IReadOnlyList<FaultEvent> Faults,
    int Quota = 0);
