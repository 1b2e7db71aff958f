namespace RendezvousCluster.Simulation.World;

/// <summary>
/// The memories of owners that had to end while the store did not answer as it should: one of each journal, the newest. It counts for the
/// next owner on the same node, and moves to the others when a hand-off moves what was owned.
/// </summary>
internal sealed class SimulatedMemories(SimulatedCluster cluster)
{
    /// <summary>For so long nodes keep them: as StoreHealth.KeptAfterwards, once or twice.</summary>
    private const long Lifetime = 20_000;

    private readonly Dictionary<int, SimulatedMemory> _kept = [];

    /// <summary>An owner leaves its memory behind.</summary>
    public void Keep(SimulatedMemory memory)
    {
        if (_kept.GetValueOrDefault(memory.Entity) is { } earlier)
        {
            Drop(earlier);
        }

        _kept[memory.Entity] = memory;
        cluster.Time.After(Lifetime, () => Drop(memory));
    }

    /// <summary>The memory that is the last word of a journal; null when there is none, or somebody has written since.</summary>
    public SimulatedMemory? LastWordOf(int entity) =>
        _kept.GetValueOrDefault(entity) is { IsSuperseded: false, Nodes.Count: > 0 } memory ? memory : null;

    /// <summary>The memory that a node has for an owner that begins there.</summary>
    public SimulatedMemory? Find(int entity, SimulatedNode node) =>
        _kept.GetValueOrDefault(entity) is { } memory && memory.Nodes.Contains(node) ? memory : null;

    /// <summary>A journal gets its next owner on another node, in good order.</summary>
    public void HandOver(int entity, SimulatedNode from)
    {
        if (Find(entity, from) is { } memory)
        {
            memory.HandOver(cluster.Nodes.Where(node => node.IsUp && !node.IsReplaced && !node.IsIsolated && node != from));
            cluster.Trace?.Invoke($"{cluster.LabelOf(entity)}: what its owner knew goes to {memory.Nodes.Count} nodes");
        }
    }

    /// <summary>An owner has written.</summary>
    public void Wrote(SimulatedShell owner)
    {
        if (_kept.GetValueOrDefault(owner.Entity) is { } memory)
        {
            memory.IsSuperseded = true;
            memory.Nodes.Remove(owner.Node);
        }
    }

    /// <summary>A node dies, or the others go on without it.</summary>
    public void Lost(SimulatedNode node)
    {
        foreach (SimulatedMemory memory in _kept.Values.Where(memory => memory.Nodes.Remove(node) && memory.Nodes.Count == 0).ToArray())
        {
            Drop(memory);
        }
    }

    private void Drop(SimulatedMemory memory)
    {
        if (_kept.GetValueOrDefault(memory.Entity) == memory)
        {
            _kept.Remove(memory.Entity);
            cluster.Losses.Gone(memory, memory.Entity, isExcused: true);
        }
    }
}
