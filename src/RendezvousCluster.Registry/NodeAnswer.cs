namespace RendezvousCluster.Registry;

/// <summary>What came back from one node of the cluster.</summary>
/// <param name="Node">The node, as the others know it.</param>
/// <param name="Answer">Its answer; null when there is none.</param>
/// <param name="WhyNot">Why there is none; null when there is one.</param>
public sealed record NodeAnswer(string Node, ReadOnlyMemory<byte>? Answer, string? WhyNot);
