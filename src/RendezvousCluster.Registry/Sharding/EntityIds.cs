using System.Security.Cryptography;
using RendezvousCluster.Protocol;
using SimpleBase;

namespace RendezvousCluster.Registry.Sharding;

/// <summary>
/// Names of entities. A namespace is any UTF-8 of 255 bytes; an id stands in actor paths and in a column of the journal, so it is made of
/// the namespace's hash. It is the persistence id too, and therefore fixed for ever:
/// <code>ns1-&lt;base32 of SHA-256, lower case, no padding&gt;-g0-b0</code>
/// <c>g</c> (generation) and <c>b</c> (bucket) leave room to split a hot namespace without moving data.
/// </summary>
internal static class EntityIds
{
    /// <summary>
    /// How many shards there are. It can only change with the whole cluster stopped: ten times the largest cluster in mind.
    /// </summary>
    internal const int ShardCount = 128;

    /// <summary>How the ids of all namespaces begin.</summary>
    internal const string Prefix = "ns1-";

    /// <summary>
    /// How the ids of namespaces begin with which a node warms up before it joins. They are in no shard, and each is used once. Journals
    /// hold this text, so it stays although the code says warm-up now.
    /// </summary>
    internal const string WarmUpPrefix = "rehearsal1-";

    private static readonly string[] ShardIds = [.. Enumerable.Range(0, ShardCount).Select(shard => shard.ToString())];

    /// <summary>The entity of a namespace.</summary>
    internal static string For(RendezvousNamespace @namespace)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(@namespace.Utf8.Span, hash);
        return $"{Prefix}{Base32.Rfc4648.Encode(hash, padding: false).ToLowerInvariant()}-g0-b0";
    }

    /// <summary>
    /// The shard of an entity: FNV-1a of its id. Every node of every version must agree, so no hash of the runtime will do.
    /// </summary>
    internal static string ShardOf(string entityId)
    {
        uint hash = 2166136261;
        foreach (char character in entityId)
        {
            hash = (hash ^ character) * 16777619;
        }

        return ShardIds[hash % ShardCount];
    }
}
