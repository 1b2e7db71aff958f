using System.Diagnostics.CodeAnalysis;

namespace RendezvousCluster.Core.Quotas;

/// <summary>
/// The places of one peer, in the order of their namespaces' ids. Most peers have one, which is kept in the structure itself; with the
/// second it becomes a sorted array.
/// </summary>
internal struct PeerPlaces
{
    private Place _only;
    private Many? _many;

    /// <summary>How many there are, with those that do not count any more but are not swept yet.</summary>
    public readonly int Count => _many?.Count ?? (_only.NamespaceId == 0 ? 0 : 1);

    /// <summary>All of them.</summary>
    [UnscopedRef]
    public readonly ReadOnlySpan<Place> All =>
        _many is null ? new ReadOnlySpan<Place>(in _only)[..Count] : _many.Items.AsSpan(0, _many.Count);

    /// <summary>How many count.</summary>
    public readonly int CountLive(long nowUnixMilliseconds)
    {
        int live = 0;
        foreach (ref readonly Place place in All)
        {
            live += place.IsLive(nowUnixMilliseconds) ? 1 : 0;
        }

        return live;
    }

    /// <summary>The place in a namespace.</summary>
    public readonly bool TryGet(int namespaceId, out Place place)
    {
        if (_many is null)
        {
            bool found = _only.NamespaceId == namespaceId && namespaceId != 0;
            place = found ? _only : default;
            return found;
        }

        int at = _many.Find(namespaceId);
        place = at >= 0 ? _many.Items[at] : default;
        return at >= 0;
    }

    /// <summary>Adds a place, or puts it where the one in the same namespace was.</summary>
    /// <returns>Whether it was added.</returns>
    public bool Set(Place place)
    {
        if (_many is not null)
        {
            return _many.Set(place);
        }

        if (_only.NamespaceId == 0 || _only.NamespaceId == place.NamespaceId)
        {
            bool added = _only.NamespaceId == 0;
            _only = place;
            return added;
        }

        _many = new Many();
        _many.Set(_only);
        _only = default;
        return _many.Set(place);
    }

    /// <summary>Takes the place in a namespace away.</summary>
    public bool Remove(int namespaceId)
    {
        if (_many is null)
        {
            bool found = TryGet(namespaceId, out _);
            _only = found ? default : _only;
            return found;
        }

        bool removed = _many.Remove(namespaceId);
        if (_many.Count <= 1)
        {
            _only = _many.Count == 1 ? _many.Items[0] : default;
            _many = null;
        }

        return removed;
    }

    private sealed class Many
    {
        public Place[] Items { get; private set; } = new Place[2];

        public int Count { get; private set; }

        // As Array.BinarySearch: the complement of where it would stand, when it is not there.
        public int Find(int namespaceId)
        {
            int low = 0;
            int high = Count - 1;
            while (low <= high)
            {
                int middle = (low + high) >>> 1;
                int id = Items[middle].NamespaceId;
                if (id == namespaceId)
                {
                    return middle;
                }

                (low, high) = id < namespaceId ? (middle + 1, high) : (low, middle - 1);
            }

            return ~low;
        }

        public bool Set(Place place)
        {
            int at = Find(place.NamespaceId);
            if (at >= 0)
            {
                Items[at] = place;
                return false;
            }

            if (Count == Items.Length)
            {
                Resize(Count + (Count / 2) + 1);
            }

            at = ~at;
            Array.Copy(Items, at, Items, at + 1, Count - at);
            Items[at] = place;
            Count++;
            return true;
        }

        public bool Remove(int namespaceId)
        {
            int at = Find(namespaceId);
            if (at < 0)
            {
                return false;
            }

            Count--;
            Array.Copy(Items, at + 1, Items, at, Count - at);
            if (Count < Items.Length / 4)
            {
                Resize(Count * 2);
            }

            return true;
        }

        private void Resize(int size)
        {
            Place[] items = new Place[size];
            Array.Copy(Items, items, Count);
            Items = items;
        }
    }
}
