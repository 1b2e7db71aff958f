namespace RendezvousCluster.Benchmarks.Comparison;

/// <summary>What a comparison asks of each point in each round.</summary>
/// <param name="Peers">Peers, each with an identity and a connection.</param>
/// <param name="Namespaces">Namespaces that each of them registers in.</param>
/// <param name="InFlight">Requests on their way at a time.</param>
/// <param name="NewStreams">Whether each request goes over a stream of its own, as most clients do it, or all of a peer over one.</param>
internal sealed record ComparisonShape(int Peers, int Namespaces, int InFlight, bool NewStreams);
