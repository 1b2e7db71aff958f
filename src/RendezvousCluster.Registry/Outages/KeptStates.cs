using System.Collections.Concurrent;
using Akka.Actor;

namespace RendezvousCluster.Registry.Outages;

/// <summary>
/// The states of entities whose writes failed, or that had to end while the store was away: to be read through stale-read entities
/// meanwhile, and for the next entity, should the store that is back have less.
/// </summary>
/// <remarks>
/// It counts only for the shard it was kept in: the actor itself, not its name. One that was handed over and came back is another actor,
/// and in between there was an owner elsewhere that may have had a store to write to. Memory that goes with a shard to another node says
/// itself when it counts (<see cref="HandedMemory"/>).
/// </remarks>
internal sealed class KeptStates
{
    private readonly ConcurrentDictionary<string, Entry> _kept = new();

    /// <summary>Called with a shard of which something is kept that can be handed over.</summary>
    public Action<IActorRef>? OnKept { get; set; }

    /// <summary>Memory that other nodes have handed over.</summary>
    public HandedMemories Handed { get; } = new();

    /// <summary>The ids of those of which something is kept, with the shard that they lived in.</summary>
    public IReadOnlyList<(string EntityId, IActorRef Shard)> All => [.. _kept.Select(kept => (kept.Key, kept.Value.Shard))];

    /// <summary>Keeps how to answer for an entity that is about to stop.</summary>
    /// <param name="entityId">Which entity.</param>
    /// <param name="shard">The shard that it lives in.</param>
    /// <param name="answer">Answers a message without the store; null leaves that to what was kept before.</param>
    /// <param name="memory">All that it knew, for the next entity.</param>
    /// <param name="handOver">The same for the next entity on another node.</param>
    public void Keep(
        string entityId,
        IActorRef shard,
        Func<object, object>? answer,
        object? memory = null,
        Func<HandedMemory>? handOver = null)
    {
        _kept[entityId] = new Entry(shard, answer ?? Find(entityId, shard), memory, handOver);
        if (handOver is not null)
        {
            OnKept?.Invoke(shard);
        }
    }

    /// <summary>All that an entity of this shard knew; null if nothing was kept.</summary>
    public object? FindMemory(string entityId, IActorRef shard) => Of(entityId, shard)?.Memory;

    /// <summary>What was kept of an entity of this shard; null if nothing was.</summary>
    public Func<object, object>? Find(string entityId, IActorRef shard) => Of(entityId, shard)?.Answer;

    /// <summary>Takes out what is kept in a shard that has ended.</summary>
    public IReadOnlyList<Func<HandedMemory>> TakeOf(IActorRef shard)
    {
        List<Func<HandedMemory>> taken = [];
        foreach (KeyValuePair<string, Entry> kept in _kept.Where(kept => kept.Value.Shard.Equals(shard)))
        {
            if (_kept.TryRemove(kept) && kept.Value.HandOver is { } handOver)
            {
                taken.Add(handOver);
            }
        }

        return taken;
    }

    /// <summary>The entity is there again and has more to say.</summary>
    public void Forget(string entityId)
    {
        _kept.TryRemove(entityId, out _);
        Handed.Forget(entityId);
    }

    /// <summary>The outage is over.</summary>
    public void Clear() => _kept.Clear();

    private Entry? Of(string entityId, IActorRef shard) =>
        _kept.TryGetValue(entityId, out Entry? kept) && kept.Shard.Equals(shard) ? kept : null;

    private sealed record Entry(IActorRef Shard, Func<object, object>? Answer, object? Memory, Func<HandedMemory>? HandOver);
}
