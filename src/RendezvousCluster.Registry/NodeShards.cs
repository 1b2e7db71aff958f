namespace RendezvousCluster.Registry;

/// <summary>The shards of one kind of entity on this node.</summary>
/// <param name="Region">The kind: namespace, directory or ledger.</param>
/// <param name="Shards">The shards by name, and how many entities are awake in each.</param>
/// <param name="IsCoordinator">Whether this node says where the shards of the kind live.</param>
public sealed record NodeShards(string Region, IReadOnlyDictionary<string, int> Shards, bool IsCoordinator);
