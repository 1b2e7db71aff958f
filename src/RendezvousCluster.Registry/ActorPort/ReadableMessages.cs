using System.Collections.Frozen;
using RendezvousCluster.Registry.Janitors;
using RendezvousCluster.Registry.Refusals;
using RendezvousCluster.Registry.Serialization;

namespace RendezvousCluster.Registry.ActorPort;

/// <summary>
/// All that this node reads from other nodes: what the toolkit needs for membership, sharding, the one janitor and what it keeps
/// replicated, and what the registry itself says (<see cref="MessageTable"/>). Every other type is refused. Nothing here names a type
/// that would then be looked up.
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

    private const string ClusterDaemon = ActorPaths.ClusterDaemon;

    private static readonly string[] Coordinators = [.. ActorPaths.Regions.Select(path => $"{path}Coordinator/singleton/coordinator")];
    private static readonly string[] Replicators = [ActorPaths.Replicator, $"{ActorPaths.Replicator}/*"];

    // Regions, those of nodes that own nothing, coordinators, and those that do a single thing for them.
    private static readonly string[] Sharding =
    [
        .. ActorPaths.Regions, .. ActorPaths.Regions.Select(path => $"{path}Proxy"),
        .. Coordinators, .. Coordinators.Select(path => $"{path}/*"),
    ];

    private static readonly string[] Singletons =
        [.. ActorPaths.Regions.Select(path => $"{path}Coordinator"), $"user/{JanitorSingleton.Name}"];

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
        new(ClusterId, "HB", ActorPaths.HeartbeatReceiver),
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

        new(RemotingId, "RWHB", ActorPaths.RemoteWatcher),
        new(RemotingId, "RWHR", ActorPaths.RemoteWatcher),

        // Regions and coordinators learn of one another's end. To be watched costs an actor nothing, and a watch that is not acknowledged
        // costs nodes their connection. A node watches through one actor of its own, which tells the others; to any other actor such an end
        // could be the end of a child.
        new(SystemId, "Akka.Dispatch.SysMsg.Watch, Akka", ActorPaths.Anybody),
        new(SystemId, "Akka.Dispatch.SysMsg.Unwatch, Akka", ActorPaths.Anybody),
        new(SystemId, "Akka.Dispatch.SysMsg.DeathWatchNotification, Akka", ActorPaths.RemoteWatcher),

        .. from row in MessageTable.Rows
           where row.Recipients.Count > 0
           select new ReadableMessage(RegistrySerializer.Id, row.Manifest, [.. row.Recipients]),
    ];

    private static readonly FrozenDictionary<int, FrozenDictionary<string, ReadableMessage>> BySerializer = All
        .GroupBy(message => message.SerializerId)
        .ToFrozenDictionary(group => group.Key, group => group.ToFrozenDictionary(message => message.Manifest, StringComparer.Ordinal));

    /// <summary>Looks a kind of message up.</summary>
    /// <param name="serializerId">The number of its serializer.</param>
    /// <param name="manifest">The kind.</param>
    /// <param name="message">What is known of it.</param>
    /// <returns>Null when it is read; why not, else.</returns>
    internal static RefusedReadReason? Find(int serializerId, string manifest, out ReadableMessage? message)
    {
        message = null;
        return !BySerializer.TryGetValue(serializerId, out FrozenDictionary<string, ReadableMessage>? kinds) ? RefusedReadReason.Serializer
            : kinds.TryGetValue(manifest, out message) ? null
            : RefusedReadReason.Manifest;
    }
}
