namespace RendezvousCluster.Core.Quotas;

/// <summary>
/// What places have in common, such as their namespace or their subnet: each key is kept once with a number for it, for as long as a place
/// has it, and with what its places come to.
/// </summary>
/// <typeparam name="TKey">What is kept once.</typeparam>
internal sealed class PlacePool<TKey>
    where TKey : IEquatable<TKey>
{
    private readonly Dictionary<TKey, int> _ids = [];
    private readonly List<(TKey? Key, int Places, long Bytes)> _entries = [default]; // 0 is not an id
    private readonly Stack<int> _free = new();

    /// <summary>How many keys are kept.</summary>
    public int Count => _ids.Count;

    /// <summary>The key of an id.</summary>
    public TKey this[int id] => _entries[id] is { Places: > 0 } entry
        ? entry.Key!
        : throw new ArgumentOutOfRangeException(nameof(id), id, "Nothing has this id.");

    /// <summary>The id of a key; 0 when it has none.</summary>
    public int Find(TKey key) => _ids.GetValueOrDefault(key);

    /// <summary>What the places of an id come to; nothing for 0.</summary>
    public (int Places, long Bytes) UseOf(int id) => (_entries[id].Places, _entries[id].Bytes);

    /// <summary>Counts a place, and answers the id of its key.</summary>
    public int AddPlace(TKey key, int bytes = 0)
    {
        if (_ids.TryGetValue(key, out int id))
        {
            _entries[id] = (_entries[id].Key, _entries[id].Places + 1, _entries[id].Bytes + bytes);
            return id;
        }

        if (!_free.TryPop(out id))
        {
            id = _entries.Count;
            _entries.Add(default);
        }

        _entries[id] = (key, 1, bytes);
        _ids.Add(key, id);
        return id;
    }

    /// <summary>Counts a place no more; with the last one its key goes, and its id is free for another.</summary>
    public void RemovePlace(int id, int bytes = 0)
    {
        (TKey? key, int places, long held) = _entries[id];
        if (places > 1)
        {
            _entries[id] = (key, places - 1, held - bytes);
            return;
        }

        _ids.Remove(this[id]);
        _entries[id] = default;
        _free.Push(id);
        if (_ids.Count == 0)
        {
            Clear();
        }
    }

    // Gives the memory of better days back.
    private void Clear()
    {
        _entries.RemoveRange(1, _entries.Count - 1);
        _entries.TrimExcess();
        _free.Clear();
        _free.TrimExcess();
        _ids.TrimExcess();
    }
}
