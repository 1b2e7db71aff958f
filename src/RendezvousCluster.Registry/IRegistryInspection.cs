using RendezvousCluster.Libp2p.Identity;
using RendezvousCluster.Protocol;

namespace RendezvousCluster.Registry;

/// <summary>What an operator can see of the registry on this node. Looking changes nothing.</summary>
public interface IRegistryInspection
{
    /// <summary>How much of the registry is here.</summary>
    NodeCounts Counts { get; }

    /// <summary>The members of the cluster as this node sees them, the oldest first; none before the start.</summary>
    IReadOnlyList<ClusterMember> Members { get; }

    /// <summary>The largest of the namespaces that are awake here, the largest first.</summary>
    IReadOnlyList<NamespaceSize> FindLargestNamespaces(int top);

    /// <summary>The shard of the region <c>namespace</c> that a namespace is in.</summary>
    string ShardOf(RendezvousNamespace name);

    /// <summary>The registrations of a peer, wherever they are; null when the ledger of quotas did not answer.</summary>
    /// <param name="peer">The peer.</param>
    /// <param name="top">How many are listed at most.</param>
    /// <param name="cancellationToken">Gives up.</param>
    Task<PeerRegistrations?> FindRegistrationsAsync(PeerId peer, int top, CancellationToken cancellationToken);

    /// <summary>The shards on this node; a kind that did not answer in time is left out.</summary>
    Task<IReadOnlyList<NodeShards>> FindShardsAsync(CancellationToken cancellationToken);
}
