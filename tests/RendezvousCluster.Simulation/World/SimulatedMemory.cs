namespace RendezvousCluster.Simulation.World;

/// <summary>Memory of an owner that had to end, as HandedMemory and KeptStates have it.</summary>
/// <param name="entity">The number of what it owned.</param>
/// <param name="node">Where it lived.</param>
/// <param name="sequence">The last event that was committed, as far as the owner knew.</param>
/// <param name="fencingToken">The first row that it wrote.</param>
/// <param name="writer">The owner.</param>
/// <param name="writerBefore">The owner of the row before that; null when it does not know.</param>
/// <param name="take">The state, for an owner here or, translated, on another node.</param>
internal sealed class SimulatedMemory(
    int entity, SimulatedNode node, long sequence, long fencingToken, int writer, int? writerBefore, Func<bool, object> take)
{
    public int Entity => entity;

    public long Sequence => sequence;

    /// <summary>The nodes that have it.</summary>
    public HashSet<SimulatedNode> Nodes { get; } = [node];

    /// <summary>Whether it has left the node with what was owned.</summary>
    public bool IsHandedOver { get; private set; }

    /// <summary>Whether another owner has written since, so that the memory is not the last word any more.</summary>
    public bool IsSuperseded { get; set; }

    /// <summary>It goes to these.</summary>
    public void HandOver(IEnumerable<SimulatedNode> nodes)
    {
        IsHandedOver = true;
        Nodes.Clear();
        Nodes.UnionWith(nodes);
    }

    /// <summary>The writer that the last row must have for the memory to count.</summary>
    public int? WriterOf(long last) => last >= fencingToken ? writer : writerBefore;

    /// <summary>The state, for an owner on the same node or on another.</summary>
    public object Take() => take(IsHandedOver);
}
