using System.Buffers;
using System.Collections;
using RendezvousCluster.Protocol.Messages;

namespace RendezvousCluster.Server.FrontEnd;

/// <summary>
/// The registrations of a response, in an array that the next page gets when this one is written. A page waits as long as its peer takes to
/// read it; arrays of its size, made anew for each, are what a flood of DISCOVERs leaves to the collector. Not thread-safe.
/// </summary>
internal sealed class PageEntries : IReadOnlyList<Registration>
{
    private const int MinEntries = 16;

    private Registration[] _entries = [];

    /// <inheritdoc/>
    public int Count { get; private set; }

    /// <inheritdoc/>
    public Registration this[int index]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)Count, nameof(index));
            return _entries[index];
        }
    }

    /// <summary>Makes room for so many more at once.</summary>
    public void Expect(int count)
    {
        if (Count + count > _entries.Length)
        {
            Grow(Count + count);
        }
    }

    /// <summary>Puts one behind the others.</summary>
    public void Add(Registration registration)
    {
        if (Count == _entries.Length)
        {
            Grow(Math.Max(2 * Count, MinEntries));
        }

        _entries[Count++] = registration;
    }

    /// <summary>Gives the array back. The page is empty from then on.</summary>
    public void Release()
    {
        Registration[] entries = _entries;
        _entries = [];
        Return(entries, Count);
        Count = 0;
    }

    /// <inheritdoc/>
    public IEnumerator<Registration> GetEnumerator()
    {
        for (int index = 0; index < Count; index++)
        {
            yield return _entries[index];
        }
    }

    /// <inheritdoc/>
    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private void Grow(int capacity)
    {
        Registration[] larger = ArrayPool<Registration>.Shared.Rent(capacity);
        Array.Copy(_entries, larger, Count);
        Return(_entries, Count);
        _entries = larger;
    }

    // The pool must not keep the entries alive.
    private static void Return(Registration[] entries, int count)
    {
        if (entries.Length > 0)
        {
            Array.Clear(entries, 0, count);
            ArrayPool<Registration>.Shared.Return(entries);
        }
    }
}
