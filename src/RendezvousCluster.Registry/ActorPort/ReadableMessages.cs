using System.Collections.Frozen;
using RendezvousCluster.Registry.Hosting;
using RendezvousCluster.Registry.Janitors;
using RendezvousCluster.Registry.Outages;
using RendezvousCluster.Registry.Serialization;

namespace RendezvousCluster.Registry.ActorPort;

/// <summary>
/// All that this node reads from other nodes: what the toolkit needs for membership, sharding, the one janitor and what it keeps
/// replicated, and what the registry itself says. Whatever is not here is refused. Nothing here names a type that would then be looked up.
/// </summary>
internal static class ReadableMessages
{
    internal const int ClusterId = 5;
    internal const int SelectionId = 6;
    internal const int ReplicatedDataId = 11;
    internal const int ReplicatorId = 12;
    internal const int ShardingId = 13;
    internal const int SingletonId = 14;
    internal const int RemotingId = 16;
    internal const int SystemId = 22;

    private const string ClusterDaemon = "system/cluster/core/daemon";
    private const string Replicator = $"system/sharding/{RegistryRegions.OwnersRole}Replicator";
    private const string RemoteWatcher = "system/remote-watcher";
    private const string Asker = "temp/*";
    private const string Anybody = ReadableMessage.AnyPath;

    private static readonly string[] Regions =
        [RegistryRegions.NamespaceRegion, RegistryRegions.DirectoryRegion, RegistryRegions.LedgerRegion];

    private static readonly string[] RegionPaths = [.. Regions.Select(region => $"system/sharding/{region}")];
    private static readonly string[] Coordinators = [.. RegionPaths.Select(path => $"{path}Coordinator/singleton/coordinator")];
    private static readonly string[] Replicators = [Replicator, $"{Replicator}/*"];

    // Regions, those of nodes that own nothing, coordinators, and those that do a single thing for them.
    private static readonly string[] Sharding =
        [.. RegionPaths, .. RegionPaths.Select(path => $"{path}Proxy"), .. Coordinators, .. Coordinators.Select(path => $"{path}/*")];

    private static readonly string[] Singletons = [.. RegionPaths.Select(path => $"{path}Coordinator"), $"user/{JanitorSingleton.Name}"];

    /// <summary>All kinds, in the order of their serializers.</summary>
    internal static readonly IReadOnlyList<ReadableMessage> All =
    [
        new(ClusterId, "Akka.Cluster.InternalClusterAction+InitJoin, Akka.Cluster", ClusterDaemon),
        new(ClusterId, "Akka.Cluster.InternalClusterAction+InitJoinAck, Akka.Cluster", $"{ClusterDaemon}/*"),
        new(ClusterId, "Akka.Cluster.InternalClusterAction+InitJoinNack, Akka.Cluster", $"{ClusterDaemon}/*"),
        new(ClusterId, "Akka.Cluster.InternalClusterAction+Join, Akka.Cluster", ClusterDaemon),
        new(ClusterId, "Akka.Cluster.InternalClusterAction+Welcome, Akka.Cluster", ClusterDaemon),
        new(ClusterId, "Akka.Cluster.InternalClusterAction+ExitingConfirmed, Akka.Cluster", ClusterDaemon),
        new(ClusterId, "Akka.Cluster.GossipStatus, Akka.Cluster", ClusterDaemon),
        new(ClusterId, "Akka.Cluster.GossipEnvelope, Akka.Cluster", ClusterDaemon),
        new(ClusterId, "HB", "system/cluster/heartbeatReceiver"),
        new(ClusterId, "HBR", $"{ClusterDaemon}/heartbeatSender"),

        // To actors by their paths; who gets it is looked at with the message inside.
        new(SelectionId, ""),

        // Where the shards live: in the replicator's messages only.
        new(ReplicatedDataId, "E"),

        new(ReplicatorId, "H"), // data, in others
        new(ReplicatorId, "I", Replicators), // write
        new(ReplicatorId, "J", Replicators), // written
        new(ReplicatorId, "K", Replicators), // read
        new(ReplicatorId, "L", Replicators), // what was read
        new(ReplicatorId, "M", Replicators), // status
        new(ReplicatorId, "N", Replicators), // gossip
        new(ReplicatorId, "O", Replicators), // not written

        new(ShardingId, "AA"), // where the shards live, in replicated data
        new(ShardingId, "BA", Sharding), // register
        new(ShardingId, "BB", Sharding), // register a proxy
        new(ShardingId, "BC", Sharding), // registered
        new(ShardingId, "BD", Sharding), // whose is the shard
        new(ShardingId, "BE", Sharding), // the shard's home
        new(ShardingId, "BF", Sharding), // host a shard
        new(ShardingId, "BG", Sharding), // shard started
        new(ShardingId, "BH", Sharding), // begin to hand off
        new(ShardingId, "BI", Sharding), // begun
        new(ShardingId, "BJ", Sharding), // hand off
        new(ShardingId, "BK", Sharding), // shard stopped
        new(ShardingId, "BL", Sharding), // about to stop
        new(ShardingId, "BM", Sharding), // region stopped

        new(SingletonId, "A", Singletons),
        new(SingletonId, "B", Singletons),
        new(SingletonId, "C", Singletons),
        new(SingletonId, "D", Singletons),

        new(RemotingId, "RWHB", RemoteWatcher),
        new(RemotingId, "RWHR", RemoteWatcher),

        // Regions and coordinators learn of one another's end. To be watched costs an actor nothing, and a watch that is not acknowledged
        // costs nodes their connection. A node watches through one actor of its own, which tells the others; to any other actor such an end
        // could be the end of a child.
        new(SystemId, "Akka.Dispatch.SysMsg.Watch, Akka", Anybody),
        new(SystemId, "Akka.Dispatch.SysMsg.Unwatch, Akka", Anybody),
        new(SystemId, "Akka.Dispatch.SysMsg.DeathWatchNotification, Akka", RemoteWatcher),

        new(RegistrySerializer.Id, Manifests.Register, RegionPaths[0]),
        new(RegistrySerializer.Id, Manifests.Unregister, RegionPaths[0]),
        new(RegistrySerializer.Id, Manifests.Discover, RegionPaths[0]),
        new(RegistrySerializer.Id, Manifests.Reclaim, RegionPaths[0], RegionPaths[1]),
        new(RegistrySerializer.Id, Manifests.RegisterReply, Asker),
        new(RegistrySerializer.Id, Manifests.UnregisterReply, Asker),
        new(RegistrySerializer.Id, Manifests.DiscoverReply, Asker),
        new(RegistrySerializer.Id, Manifests.RetryLater, Asker),
        new(RegistrySerializer.Id, Manifests.Announcement, RegionPaths[1]),
        new(RegistrySerializer.Id, Manifests.AnnouncementReply, Asker),
        new(RegistrySerializer.Id, Manifests.ListingQuery, RegionPaths[1]),
        new(RegistrySerializer.Id, Manifests.Listing, Asker),
        new(RegistrySerializer.Id, Manifests.LedgerReserve, RegionPaths[2]),
        new(RegistrySerializer.Id, Manifests.LedgerReply, Asker),
        new(RegistrySerializer.Id, Manifests.LedgerNote, RegionPaths[2]),
        new(RegistrySerializer.Id, Manifests.LedgerRelease, RegionPaths[2]),
        new(RegistrySerializer.Id, Manifests.LedgerQuery, RegionPaths[2]),
        new(RegistrySerializer.Id, Manifests.LedgerListing, Asker),
        new(RegistrySerializer.Id, Manifests.StoreAway, $"user/{StoreWatch.Name}"),
        new(RegistrySerializer.Id, Manifests.StoreWell, $"user/{StoreWatch.Name}"),
    ];

    private static readonly FrozenDictionary<int, FrozenDictionary<string, ReadableMessage>> BySerializer = All
        .GroupBy(message => message.SerializerId)
        .ToFrozenDictionary(group => group.Key, group => group.ToFrozenDictionary(message => message.Manifest, StringComparer.Ordinal));

    /// <summary>Looks a kind of message up.</summary>
    /// <param name="serializerId">The number of its serializer.</param>
    /// <param name="manifest">The kind.</param>
    /// <param name="message">What is known of it.</param>
    /// <returns>Null when it is read; why not, else.</returns>
    internal static RefusalReason? Find(int serializerId, string manifest, out ReadableMessage? message)
    {
        message = null;
        return !BySerializer.TryGetValue(serializerId, out FrozenDictionary<string, ReadableMessage>? kinds) ? RefusalReason.Serializer
            : kinds.TryGetValue(manifest, out message) ? null
            : RefusalReason.Manifest;
    }
}
