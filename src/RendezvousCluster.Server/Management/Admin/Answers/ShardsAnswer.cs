using RendezvousCluster.Registry;

namespace RendezvousCluster.Server.Management.Admin.Answers;

/// <summary>Which shards a node has.</summary>
/// <param name="Regions">By the kind of what is in them.</param>
internal sealed record ShardsAnswer(IReadOnlyList<NodeShards> Regions);
