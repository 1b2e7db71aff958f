namespace RendezvousCluster.Core.Namespaces;

/// <summary>
/// The registrations of a namespace in ascending order of revision. New revisions are always the highest, so adding is appending; a refresh
/// is one removal and one append. Sorted chunks of at most <see cref="ChunkCapacity"/> keep removal to a short move of memory and leave no
/// holes behind, so that reading a page after a revision costs a binary search and the page itself, however often peers refresh.
/// </summary>
internal sealed class RevisionIndex
{
    /// <summary>2 KiB of references: a removal moves half of that on average, which is about the cost of a cache miss or two.</summary>
    internal const int ChunkCapacity = 256;

    /// <summary>Below this a chunk is joined with a neighbour, if both fit; so a page crosses few chunks and chunks stay filled.</summary>
    private const int JoinBelow = ChunkCapacity / 4;

    private const int JoinedAtMost = ChunkCapacity * 3 / 4;

    private readonly List<Chunk> _chunks = [];

    /// <summary>How many registrations there are.</summary>
    public int Count { get; private set; }

    /// <summary>How many chunks hold them; for tests.</summary>
    internal int ChunkCount => _chunks.Count;

    /// <summary>Adds the newest registration.</summary>
    /// <exception cref="InvalidOperationException">Its revision is not above all others.</exception>
    public void Append(StoredRegistration registration)
    {
        if (_chunks.Count == 0 || _chunks[^1].Count == ChunkCapacity)
        {
            if (_chunks.Count > 0)
            {
                RequireAscending(_chunks[^1], registration);
            }

            _chunks.Add(new Chunk());
        }
        else
        {
            RequireAscending(_chunks[^1], registration);
        }

        _chunks[^1].Add(registration);
        Count++;
    }

    /// <exception cref="InvalidOperationException">The registration's revision is not above all here.</exception>
    public void RequireFollows(StoredRegistration registration)
    {
        if (_chunks.Count > 0)
        {
            RequireAscending(_chunks[^1], registration);
        }
    }

    /// <summary>Removes a registration.</summary>
    /// <exception cref="InvalidOperationException">It is not in the index.</exception>
    public void Remove(StoredRegistration registration)
    {
        int chunkAt = FindChunk(registration.Revision);
        if (chunkAt < 0 || !_chunks[chunkAt].TryRemove(registration))
        {
            throw new InvalidOperationException($"Revision {registration.Revision} is not in the index.");
        }

        Count--;
        if (_chunks[chunkAt].Count == 0)
        {
            _chunks.RemoveAt(chunkAt);
        }
        else if (_chunks[chunkAt].Count < JoinBelow && !TryJoinWithNext(chunkAt))
        {
            TryJoinWithNext(chunkAt - 1);
        }
    }

    /// <summary>The registrations with a higher revision than the given one, ascending.</summary>
    public IEnumerable<StoredRegistration> After(ulong revision)
    {
        int firstChunk = Math.Max(0, FindChunk(revision));
        for (int i = firstChunk; i < _chunks.Count; i++)
        {
            Chunk chunk = _chunks[i];
            for (int j = i == firstChunk ? chunk.FirstAfter(revision) : 0; j < chunk.Count; j++)
            {
                yield return chunk[j];
            }
        }
    }

    private bool TryJoinWithNext(int chunkAt)
    {
        if (chunkAt < 0 || chunkAt + 1 >= _chunks.Count || _chunks[chunkAt].Count + _chunks[chunkAt + 1].Count > JoinedAtMost)
        {
            return false;
        }

        _chunks[chunkAt].AddAll(_chunks[chunkAt + 1]);
        _chunks.RemoveAt(chunkAt + 1);
        return true;
    }

    private static void RequireAscending(Chunk last, StoredRegistration registration)
    {
        if (registration.Revision <= last[last.Count - 1].Revision)
        {
            throw new InvalidOperationException($"Revision {registration.Revision} does not follow {last[last.Count - 1].Revision}.");
        }
    }

    /// <summary>The last chunk that starts at or below the revision, or -1.</summary>
    private int FindChunk(ulong revision)
    {
        int low = 0;
        int high = _chunks.Count;
        while (low < high)
        {
            int middle = (low + high) >>> 1;
            if (_chunks[middle][0].Revision <= revision)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low - 1;
    }

    private sealed class Chunk
    {
        // Most namespaces are tiny; they pay for four references.
        private StoredRegistration[] _items = new StoredRegistration[4];

        public int Count { get; private set; }

        public StoredRegistration this[int index] => _items[index];

        public void Add(StoredRegistration registration)
        {
            if (Count == _items.Length)
            {
                Array.Resize(ref _items, Count * 2);
            }

            _items[Count++] = registration;
        }

        public void AddAll(Chunk other)
        {
            for (int i = 0; i < other.Count; i++)
            {
                Add(other[i]);
            }
        }

        public bool TryRemove(StoredRegistration registration)
        {
            int at = FirstAfter(registration.Revision) - 1;
            if (at < 0 || !ReferenceEquals(_items[at], registration))
            {
                return false;
            }

            Array.Copy(_items, at + 1, _items, at, Count - at - 1);
            _items[--Count] = null!;
            return true;
        }

        public int FirstAfter(ulong revision)
        {
            int low = 0;
            int high = Count;
            while (low < high)
            {
                int middle = (low + high) >>> 1;
                if (_items[middle].Revision <= revision)
                {
                    low = middle + 1;
                }
                else
                {
                    high = middle;
                }
            }

            return low;
        }
    }
}
