using RendezvousCluster.Libp2p.Identity;
using RendezvousCluster.Protocol;
using RendezvousCluster.Registry;

namespace RendezvousCluster.Server.Tests.Management.Admin;

/// <summary>A registry in which an operator sees what a test says.</summary>
internal sealed class FakeInspection : IRegistryInspection
{
    public NodeCounts Counts { get; set; } = new(0, 0, 0);

    public IReadOnlyList<ClusterMember> Members { get; set; } = [];

    public IReadOnlyList<NamespaceSize> Namespaces { get; set; } = [];

    public PeerRegistrations? Registrations { get; set; }

    public IReadOnlyList<NodeShards> Shards { get; set; } = [];

    public string Shard { get; set; } = "0";

    public IReadOnlyList<NamespaceSize> FindLargestNamespaces(int top) => [.. Namespaces.Take(top)];

    public string ShardOf(RendezvousNamespace name) => Shard;

    public Task<PeerRegistrations?> FindRegistrationsAsync(PeerId peer, int top, CancellationToken cancellationToken) =>
        Task.FromResult(Registrations);

    public Task<IReadOnlyList<NodeShards>> FindShardsAsync(CancellationToken cancellationToken) =>
        Task.FromResult(Shards);
}
