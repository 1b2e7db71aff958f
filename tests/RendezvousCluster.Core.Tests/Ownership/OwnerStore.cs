using RendezvousCluster.Core.Namespaces;
using RendezvousCluster.Core.Ownership;

namespace RendezvousCluster.Core.Tests.Ownership;

/// <summary>The rows of one namespace in a journal and a snapshot store.</summary>
internal sealed class OwnerStore
{
    private readonly Dictionary<long, object?> _writers = [];
    private readonly HashSet<object> _known = [];

    /// <summary>Events by sequence number; null is a deleted row that stays as the mark of the highest number.</summary>
    public SortedDictionary<long, NamespaceEvent?> Rows { get; } = [];

    public SortedDictionary<long, NamespaceSnapshot> Snapshots { get; } = [];

    public int LiveRows => Rows.Values.Count(row => row is not null);

    public long HighestSequence => Math.Max(Rows.Count == 0 ? 0 : Rows.Keys.Last(), Snapshots.Count == 0 ? 0 : Snapshots.Keys.Last());

    /// <summary>The last row; 0 when the journal is empty.</summary>
    public long LastRow => Rows.Count == 0 ? 0 : Rows.Keys.Last();

    /// <summary>The writer of the last row.</summary>
    public object? LastWriter => _writers.GetValueOrDefault(LastRow);

    /// <summary>Takes rows that come right behind the last one, which is the writer's own if it has written before.</summary>
    public bool TryWrite(long first, IReadOnlyList<NamespaceEvent> events, object? writer = null)
    {
        if (LastRow != first - 1 || (writer is not null && LastWriter != writer && !_known.Add(writer)))
        {
            return false;
        }

        for (int i = 0; i < events.Count; i++)
        {
            Rows.Add(first + i, events[i]);
            _writers[first + i] = writer;
        }

        return true;
    }

    public void DeleteEvents(long upTo)
    {
        long[] deleted = [.. Rows.Keys.TakeWhile(sequence => sequence <= upTo)];
        foreach (long sequence in deleted)
        {
            Rows.Remove(sequence);
        }

        if (deleted.Length > 0)
        {
            Rows.Add(deleted[^1], null);
        }
    }

    /// <summary>Writes a mark where the last row is another one than is said.</summary>
    public bool TryMark(long found, long to, object writer)
    {
        if (LastRow != found)
        {
            return false;
        }

        Rows[found + 1] = null;
        Rows[to] = null;
        _writers[found + 1] = _writers[to] = writer;
        return true;
    }

    /// <summary>The database loses rows that it had acknowledged.</summary>
    public void Lose(long from, long to)
    {
        foreach (long sequence in Rows.Keys.Where(sequence => sequence >= from && sequence <= to).ToArray())
        {
            Rows.Remove(sequence);
        }
    }

    public void DeleteSnapshots(long upTo)
    {
        foreach (long sequence in Snapshots.Keys.TakeWhile(sequence => sequence <= upTo).ToArray())
        {
            Snapshots.Remove(sequence);
        }
    }

    /// <summary>The janitor's last step: nothing but a mark is left, and it is old.</summary>
    public void DropMark()
    {
        Assert.Equal(0, LiveRows);
        Assert.Empty(Snapshots);
        Rows.Clear();
    }

    public void ReplayTo(NamespaceOwner<int> owner)
    {
        long from = 0;
        if (Snapshots.Count > 0)
        {
            NamespaceSnapshot newest = Snapshots.Values.Last();
            owner.Recover(newest, newest.Sequence);
            from = newest.Sequence;
        }

        foreach ((long sequence, NamespaceEvent? row) in Rows)
        {
            if (row is not null && sequence > from)
            {
                owner.Recover(row, sequence);
            }
        }
    }
}
