using Akka.Actor;
using Akka.Cluster;
using Akka.Cluster.Sharding;
using Microsoft.Extensions.Logging;
using RendezvousCluster.Registry.Drains;
using RendezvousCluster.Registry.Outages;

namespace RendezvousCluster.Registry.Sharding;

/// <summary>
/// Starts the shard regions of a node. On a node that owns no entities a region only passes on. Where another node can go on writing what
/// a lost one wrote, shards are placed among the nodes that have the store (<see cref="StoreAwareAllocation"/>).
/// </summary>
/// <param name="system">The actor system, which has not joined yet.</param>
/// <param name="ownsEntities">Whether entities live on this node.</param>
/// <param name="placesByStore">Whether moving entities away from a node that lost the store helps.</param>
/// <param name="reports">What the nodes say of their stores.</param>
/// <param name="isSuspected">Whether the store of this node is away, or may be.</param>
/// <param name="drains">Which nodes are out of service.</param>
/// <param name="loggers">Where moves are logged.</param>
internal sealed class RegionStart(
    ActorSystem system,
    bool ownsEntities,
    bool placesByStore,
    StoreReports reports,
    Func<bool> isSuspected,
    DrainReports drains,
    ILoggerFactory loggers)
{
    /// <summary>Starts a region.</summary>
    /// <param name="name">Its name, one of <see cref="RegionNames"/>.</param>
    /// <param name="props">How an entity is started, by its id.</param>
    /// <param name="extractor">Whom a message is for.</param>
    /// <param name="needsStore">Whether its entities need the store.</param>
    public Task<IActorRef> StartAsync(string name, Func<string, Props> props, IMessageExtractor extractor, bool needsStore)
    {
        var sharding = ClusterSharding.Get(system);
        if (!ownsEntities)
        {
            return sharding.StartProxyAsync(name, RegionNames.OwnersRole, extractor);
        }

        var settings = ClusterShardingSettings.Create(system);
        IShardAllocationStrategy allocation = sharding.DefaultShardAllocationStrategy(settings);
        if (needsStore && placesByStore)
        {
            allocation = NewStoreAwareAllocation(Cluster.Get(system), allocation, settings.TuningParameters.RebalanceInterval);
            settings = settings.WithTuningParameters(settings.TuningParameters.WithRebalanceInterval(StoreAwareAllocation.Tick));
        }

        return sharding.StartAsync(name, props, settings, extractor, allocation, StopEntity.Instance);
    }

    private StoreAwareAllocation NewStoreAwareAllocation(Cluster cluster, IShardAllocationStrategy inner, TimeSpan balancing) => new(
        inner,
        pace: (int)Math.Ceiling(balancing / StoreAwareAllocation.Tick),
        region => reports.StateOf(AddressOf(region, cluster)),
        region => drains.IsDraining(AddressOf(region, cluster)),
        region => (region.Path.Address.HasLocalScope && isSuspected()) || reports.IsTroubled(AddressOf(region, cluster)),
        () => cluster.State.Unreachable.Count == 0,
        loggers.CreateLogger<StoreAwareAllocation>());

    private static Address AddressOf(IActorRef region, Cluster cluster) =>
        region.Path.Address.HasLocalScope ? cluster.SelfAddress : region.Path.Address;
}
