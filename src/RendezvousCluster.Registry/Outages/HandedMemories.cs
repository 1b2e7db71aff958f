namespace RendezvousCluster.Registry.Outages;

/// <summary>
/// The memories that owners on other nodes have handed over (<see cref="HandedMemory"/>), for those of their successors that come to be on
/// this node. Nobody knows which that will be, so every node has all of them for a while.
/// </summary>
internal sealed class HandedMemories
{
    /// <summary>
    /// The most that all of them may take in bytes. A node that leaves in an outage hands over what it has in memory; one that goes beyond
    /// is not taken.
    /// </summary>
    internal const int MaxBytes = 64 * 1024 * 1024;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, (HandedMemory Memory, bool IsOld)> _taken = new(StringComparer.Ordinal);
    private long _bytes;

    /// <summary>Whether nothing is kept.</summary>
    public bool IsEmpty
    {
        get
        {
            lock (_lock)
            {
                return _taken.Count == 0;
            }
        }
    }

    /// <summary>Of which journals there is one.</summary>
    public IReadOnlyList<string> All
    {
        get
        {
            lock (_lock)
            {
                return [.. _taken.Keys];
            }
        }
    }

    /// <summary>Takes a memory over, unless a later one is kept or the bytes are used up.</summary>
    /// <returns>Whether it is taken.</returns>
    public bool TryTake(HandedMemory memory)
    {
        lock (_lock)
        {
            HandedMemory? before = _taken.GetValueOrDefault(memory.PersistenceId).Memory;
            long bytes = _bytes - (before?.Snapshot.Length ?? 0) + memory.Snapshot.Length;
            if (before?.Sequence > memory.Sequence || bytes > MaxBytes)
            {
                return false;
            }

            _taken[memory.PersistenceId] = (memory, false);
            _bytes = bytes;
            return true;
        }
    }

    /// <summary>The memory of a journal; null when nothing is kept of it.</summary>
    public HandedMemory? Find(string persistenceId)
    {
        lock (_lock)
        {
            return _taken.TryGetValue(persistenceId, out (HandedMemory Memory, bool IsOld) taken) ? taken.Memory : null;
        }
    }

    /// <summary>The successor is here and writes again what the database has lost.</summary>
    public void Forget(string persistenceId)
    {
        lock (_lock)
        {
            if (_taken.Remove(persistenceId, out (HandedMemory Memory, bool IsOld) taken))
            {
                _bytes -= taken.Memory.Snapshot.Length;
            }
        }
    }

    /// <summary>Forgets those that were there at the last call.</summary>
    public void ForgetOld()
    {
        lock (_lock)
        {
            foreach ((string id, (HandedMemory memory, bool isOld)) in _taken.ToArray())
            {
                if (isOld)
                {
                    _taken.Remove(id);
                    _bytes -= memory.Snapshot.Length;
                }
                else
                {
                    _taken[id] = (memory, true);
                }
            }
        }
    }
}
