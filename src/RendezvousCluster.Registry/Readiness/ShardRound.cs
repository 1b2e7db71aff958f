using RendezvousCluster.Protocol;
using RendezvousCluster.Registry.Sharding;

namespace RendezvousCluster.Registry.Readiness;

/// <summary>
/// Goes round all shards of namespaces, a few at each look: one fixed namespace that answers says nothing of the other shards, which live
/// on other nodes or nowhere.
/// <para>
/// A shard that did not answer is asked again with the next look, before its turn, and counts as silent when it has not answered for
/// <see cref="Grace"/>: shards that move are away for a moment, and those of a node that died for some seconds. Any answer will do here:
/// that a shard cannot serve while the database is away has another cause.
/// </para>
/// </summary>
internal sealed class ShardRound
{
    /// <summary>
    /// Shards in each look that are due by their turn: at a look every two seconds the round takes about a minute, and a namespace that
    /// wakes up costs two small queries.
    /// </summary>
    internal const int ShardsPerLook = 4;

    /// <summary>Shards in each look that are asked again because they did not answer.</summary>
    internal const int MaxAgain = 32;

    /// <summary>Longer than calm failure detection takes to give the shards of a dead node to others.</summary>
    internal static readonly TimeSpan Grace = TimeSpan.FromSeconds(20);

    /// <summary>
    /// A namespace in each shard, by the number of the shard. Nobody registers there; reading them leaves nothing behind.
    /// </summary>
    internal static readonly IReadOnlyList<RendezvousNamespace> Namespaces = FindNamespaces();

    private readonly Dictionary<int, DateTimeOffset> _unanswered = [];
    private int _next;

    /// <summary>Shards to ask now.</summary>
    public IReadOnlyList<int> Next()
    {
        List<int> asked = [.. _unanswered.OrderBy(shard => shard.Value).Select(shard => shard.Key).Take(MaxAgain)];
        for (int due = 0; due < ShardsPerLook; due++)
        {
            if (!_unanswered.ContainsKey(_next))
            {
                asked.Add(_next);
            }

            _next = (_next + 1) % EntityIds.ShardCount;
        }

        return asked;
    }

    /// <summary>What came of asking a shard.</summary>
    public void Record(int shard, bool hasAnswered, DateTimeOffset now)
    {
        if (hasAnswered)
        {
            _unanswered.Remove(shard);
        }
        else
        {
            _unanswered.TryAdd(shard, now);
        }
    }

    /// <summary>Shards that have not answered for <see cref="Grace"/>, and since when the first of them.</summary>
    public (int Count, DateTimeOffset Since) Silent(DateTimeOffset now)
    {
        DateTimeOffset[] silent = [.. _unanswered.Values.Where(since => now - since >= Grace)];
        return silent.Length == 0 ? default : (silent.Length, silent.Min());
    }

    /// <summary>The node is not in a position to ask: what was known is old.</summary>
    public void Forget() => _unanswered.Clear();

    private static RendezvousNamespace[] FindNamespaces()
    {
        var found = new RendezvousNamespace?[EntityIds.ShardCount];
        int missing = found.Length;
        for (int number = 0; missing > 0; number++)
        {
            var candidate = RendezvousNamespace.Parse($"rendezvous-cluster/readiness/{number}");
            int shard = int.Parse(EntityIds.ShardOf(EntityIds.For(candidate)), System.Globalization.CultureInfo.InvariantCulture);
            if (found[shard] is null)
            {
                found[shard] = candidate;
                missing--;
            }
        }

        return [.. found.OfType<RendezvousNamespace>()];
    }
}
