using System.Collections.Concurrent;
using Akka.Actor;

namespace RendezvousCluster.Registry.Outages;

/// <summary>
/// What entities knew whose writes failed: to be read through stale-read entities while the store is away, and for the next entity, should
/// the store that is back have less.
/// </summary>
/// <remarks>
/// It counts only for the shard it was kept in: the actor itself, not its name. One that was handed over and came back is another actor,
/// and in between there was an owner elsewhere that may have had a store to write to.
/// </remarks>
internal sealed class KeptStates
{
    private readonly ConcurrentDictionary<string, (IActorRef Shard, Func<object, object> Answer, object? Memory)> _kept = new();

    /// <summary>Keeps how to answer for an entity that is about to stop.</summary>
    /// <param name="entityId">Which entity.</param>
    /// <param name="shard">The shard that it lives in.</param>
    /// <param name="answer">Answers a message without the store.</param>
    /// <param name="memory">All that it knew, for the next entity.</param>
    public void Keep(string entityId, IActorRef shard, Func<object, object> answer, object? memory = null) =>
        _kept[entityId] = (shard, answer, memory);

    /// <summary>The ids of those of which something is kept, with the shard that they lived in.</summary>
    public IReadOnlyList<(string EntityId, IActorRef Shard)> All => [.. _kept.Select(kept => (kept.Key, kept.Value.Shard))];

    /// <summary>All that an entity of this shard knew; null if nothing was kept.</summary>
    public object? FindMemory(string entityId, IActorRef shard) =>
        _kept.TryGetValue(entityId, out (IActorRef Shard, Func<object, object> Answer, object? Memory) kept) && kept.Shard.Equals(shard)
            ? kept.Memory
            : null;

    /// <summary>What was kept of an entity of this shard; null if nothing was.</summary>
    public Func<object, object>? Find(string entityId, IActorRef shard) =>
        _kept.TryGetValue(entityId, out (IActorRef Shard, Func<object, object> Answer, object? Memory) kept) && kept.Shard.Equals(shard)
            ? kept.Answer
            : null;

    /// <summary>The entity is there again and has more to say.</summary>
    public void Forget(string entityId) => _kept.TryRemove(entityId, out _);

    /// <summary>The outage is over.</summary>
    public void Clear() => _kept.Clear();
}
