using RendezvousCluster.Core.Namespaces;

namespace RendezvousCluster.Simulation.World;

/// <summary>The snapshots of one namespace, by sequence number. One that is damaged is passed over by who reads.</summary>
internal sealed class SimulatedSnapshots
{
    private readonly SortedDictionary<long, (NamespaceSnapshot Snapshot, bool IsDamaged)> _bySequence = [];

    public int Count => _bySequence.Count;

    /// <summary>Whether the newest one can be read, so that a further one may be damaged without losing anything.</summary>
    public bool IsSound => _bySequence.Count > 0 && !_bySequence.Values.Last().IsDamaged;

    /// <summary>The newest one that can be read; null when there is none.</summary>
    public NamespaceSnapshot? Newest => _bySequence.Values.LastOrDefault(saved => !saved.IsDamaged).Snapshot;

    public void Save(NamespaceSnapshot snapshot, bool isDamaged) => _bySequence[snapshot.Sequence] = (snapshot, isDamaged);

    public void DeleteTo(long upToSequence)
    {
        foreach (long sequence in _bySequence.Keys.Where(sequence => sequence <= upToSequence).ToArray())
        {
            _bySequence.Remove(sequence);
        }
    }
}
