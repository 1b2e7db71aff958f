using RendezvousCluster.Registry.Drains;
using RendezvousCluster.Registry.Inquiries;
using RendezvousCluster.Registry.Introductions;
using RendezvousCluster.Registry.Sharding;

namespace RendezvousCluster.Registry.Serialization;

/// <summary>Paths of the actors that get messages from other nodes, as <see cref="MessageRow.Recipients"/> names them.</summary>
internal static class ActorPaths
{
    /// <summary>Stands for every path.</summary>
    internal const string Anybody = "**";

    /// <summary>Waits for the answer to one question.</summary>
    internal const string Asker = "temp/*";

    /// <summary>The region of the owners of namespaces.</summary>
    internal const string Namespaces = $"{RegionParent}/{RegionNames.Namespaces}";

    /// <summary>The region of the parts of the directory.</summary>
    internal const string Directory = $"{RegionParent}/{RegionNames.Directory}";

    /// <summary>The region of the parts of the ledger.</summary>
    internal const string Ledger = $"{RegionParent}/{RegionNames.Ledger}";

    /// <summary>Hears what other nodes say of their stores.</summary>
    internal const string StoreWatch = $"user/{Outages.StoreWatch.Name}";

    /// <summary>Takes what owners on other nodes knew.</summary>
    internal const string MemoryHandOver = $"user/{Outages.MemoryHandOver.Name}";

    /// <summary>Answers nodes that are about to join.</summary>
    internal const string MembershipGuard = $"user/{RolesQuery.Recipient}";

    /// <summary>Knows the time of the cluster.</summary>
    internal const string ClusterTime = $"user/{Clocks.ClusterTime.Name}";

    /// <summary>Answers what operators ask through other nodes.</summary>
    internal const string Inquiries = $"user/{Inquiry.Recipient}";

    /// <summary>Hears which nodes are out of service.</summary>
    internal const string DrainWatch = $"user/{DrainReport.Recipient}";

    internal const string ClusterDaemon = "system/cluster/core/daemon";
    internal const string HeartbeatReceiver = "system/cluster/heartbeatReceiver";
    internal const string RemoteWatcher = "system/remote-watcher";
    internal const string Replicator = $"{RegionParent}/{RegionNames.OwnersRole}Replicator";

    /// <summary>All regions.</summary>
    internal static readonly IReadOnlyList<string> Regions = [Namespaces, Directory, Ledger];

    private const string RegionParent = "system/sharding";

    /// <summary>Where the coordinator of a region is, on the node that has it.</summary>
    internal static string CoordinatorOf(string region) => $"/{RegionParent}/{region}Coordinator/singleton/coordinator";
}
