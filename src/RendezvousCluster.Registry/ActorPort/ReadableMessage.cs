using RendezvousCluster.Registry.Serialization;

namespace RendezvousCluster.Registry.ActorPort;

/// <summary>A kind of message that this node reads from others, and which actors may get it.</summary>
/// <param name="SerializerId">The number of its serializer.</param>
/// <param name="Manifest">The kind, in the words of that serializer.</param>
/// <param name="Recipients">
/// Paths of actors, without the slash at the beginning; <c>*</c> stands for any one name, <c>**</c> for any path. None: it stands in
/// another message only.
/// </param>
internal sealed record ReadableMessage(int SerializerId, string Manifest, params string[] Recipients)
{
    /// <summary>Stands for every path.</summary>
    internal const string AnyPath = ActorPaths.Anybody;

    /// <summary>
    /// Whether only members of one cluster say it to one another: where the shards live, who coordinates them, who runs what runs once,
    /// whose store is away, and what its owners knew. Messages that a node needs that is about to join are not among it. Commands and
    /// replies are not either: the owner was settled before, and a reply that is late still counts.
    /// </summary>
    public bool IsAmongMembers =>
        SerializerId is ReadableMessages.ReplicatorId or ReadableMessages.ShardingId or ReadableMessages.SingletonId
        || Recipients is [ActorPaths.StoreWatch or ActorPaths.MemoryHandOver];

    /// <summary>Whether an actor may get it.</summary>
    /// <param name="path">Its path, without a slash at the beginning.</param>
    public bool IsFor(ReadOnlySpan<char> path)
    {
        foreach (string recipient in Recipients)
        {
            if (recipient is AnyPath ? !path.IsEmpty : Matches(recipient, path))
            {
                return true;
            }
        }

        return false;
    }

    private static bool Matches(ReadOnlySpan<char> pattern, ReadOnlySpan<char> path)
    {
        while (true)
        {
            int patternEnd = pattern.IndexOf('/'), pathEnd = path.IndexOf('/');
            ReadOnlySpan<char> expected = patternEnd < 0 ? pattern : pattern[..patternEnd], name = pathEnd < 0 ? path : path[..pathEnd];
            if (name.IsEmpty || (expected is not "*" && !expected.SequenceEqual(name)))
            {
                return false;
            }

            if (patternEnd < 0 || pathEnd < 0)
            {
                return patternEnd < 0 && pathEnd < 0;
            }

            pattern = pattern[(patternEnd + 1)..];
            path = path[(pathEnd + 1)..];
        }
    }
}
