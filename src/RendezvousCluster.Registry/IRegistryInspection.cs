namespace RendezvousCluster.Registry;

/// <summary>What an operator can see of the registry on this node. Looking changes nothing.</summary>
public interface IRegistryInspection
{
    /// <summary>How much of the registry is here.</summary>
    NodeCounts Counts { get; }

    /// <summary>The members of the cluster as this node sees them, the oldest first; none before the start.</summary>
    IReadOnlyList<ClusterMember> Members { get; }

    /// <summary>The shards on this node; a kind that did not answer in time is left out.</summary>
    Task<IReadOnlyList<NodeShards>> FindShardsAsync(CancellationToken cancellationToken);
}
