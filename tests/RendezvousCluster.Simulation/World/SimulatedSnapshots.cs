namespace RendezvousCluster.Simulation.World;

/// <summary>The snapshots of one owner, by sequence number. One that is damaged is passed over at recovery.</summary>
/// <param name="undo">Takes note of what is done to them.</param>
internal sealed class SimulatedSnapshots<TSnapshot>(UndoLog undo)
    where TSnapshot : class
{
    private readonly SortedDictionary<long, (TSnapshot Snapshot, bool IsDamaged)> _bySequence = [];

    public int Count => _bySequence.Count;

    /// <summary>Whether the newest one can be read, so that a further one may be damaged without losing anything.</summary>
    public bool IsSound => _bySequence.Count > 0 && !_bySequence.Values.Last().IsDamaged;

    /// <summary>The newest one that can be read, and its number; null and 0 when no snapshot can be read.</summary>
    public (TSnapshot? Snapshot, long Sequence) Newest
    {
        get
        {
            (long sequence, (TSnapshot? snapshot, _)) = _bySequence.LastOrDefault(saved => !saved.Value.IsDamaged);
            return (snapshot, sequence);
        }
    }

    public void Save(long sequence, TSnapshot snapshot, bool isDamaged)
    {
        bool isThere = _bySequence.TryGetValue(sequence, out (TSnapshot Snapshot, bool IsDamaged) before);
        undo.Add(() =>
        {
            _bySequence.Remove(sequence);
            if (isThere)
            {
                _bySequence[sequence] = before;
            }
        });
        _bySequence[sequence] = (snapshot, isDamaged);
    }

    public void DeleteTo(long upToSequence)
    {
        foreach (long sequence in _bySequence.Keys.Where(sequence => sequence <= upToSequence).ToArray())
        {
            (TSnapshot, bool) deleted = _bySequence[sequence];
            undo.Add(() => _bySequence[sequence] = deleted);
            _bySequence.Remove(sequence);
        }
    }
}
