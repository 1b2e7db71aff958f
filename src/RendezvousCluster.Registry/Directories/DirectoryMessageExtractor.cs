using Akka.Cluster.Sharding;
using RendezvousCluster.Core.Directories;
using RendezvousCluster.Registry.Sharding;

namespace RendezvousCluster.Registry.Directories;

/// <summary>Tells the shard region which part of the directory a message is for. Each part is an entity, and a shard, of its own.</summary>
internal sealed class DirectoryMessageExtractor : IMessageExtractor
{
    private static readonly string[] Ids = [.. Enumerable.Range(0, DirectoryParts.Count).Select(part => $"{IdPrefix}{part:00}")];

    /// <summary>How the ids of all parts begin.</summary>
    internal const string IdPrefix = "dir1-";

    /// <summary>The entity of a part; its persistence id too, and therefore fixed for ever.</summary>
    internal static string IdOf(int part) => Ids[part];

    /// <summary>The part of an entity.</summary>
    internal static int PartOf(string entityId) => Array.IndexOf(Ids, entityId);

    /// <inheritdoc/>
    public string? EntityId(object message) => message switch
    {
        NamespaceAnnouncement announcement => IdOf(DirectoryParts.Of(NamespaceKey.Of(announcement.Namespace))),
        ListingQuery query => IdOf(DirectoryParts.Of(query.From)),
        Reclaim reclaim => reclaim.EntityId,
        VerifyJournal verify => verify.EntityId,
        _ => null,
    };

    /// <inheritdoc/>
    public object? EntityMessage(object message) => message;

    /// <inheritdoc/>
    public string? ShardId(object message) => EntityId(message);

    /// <inheritdoc/>
    public string ShardId(string entityId, object? messageHint = null) => entityId;
}
