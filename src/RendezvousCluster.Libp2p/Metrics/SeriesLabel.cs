namespace RendezvousCluster.Libp2p.Metrics;

/// <summary>A label of a <see cref="SeriesCounter"/> and all the values that it takes.</summary>
/// <param name="Name">Its name, such as <c>limit</c>.</param>
/// <param name="Values">Its values in snake case; never text that a peer chose.</param>
internal sealed record SeriesLabel(string Name, params IReadOnlyList<string> Values);
