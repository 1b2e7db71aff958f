using RendezvousCluster.Core.Directories;
using RendezvousCluster.Core.Namespaces;
using RendezvousCluster.Registry.Journal;

namespace RendezvousCluster.Registry.Verification;

/// <summary>
/// Goes through the rows of all journals, one journal after the other and each in order, and says what is wrong. Pure.
/// </summary>
/// <remarks>
/// A recovery reads the newest snapshot and the events behind it. So events may be missing up to that snapshot, or before one that says
/// that nothing before it counts; nowhere else. The mark that stays in the place of the last event that was deleted holds nothing, and is
/// what the journal ends with if nothing was written behind it.
/// </remarks>
/// <param name="snapshots">Where the newest readable snapshot of each journal stands.</param>
internal sealed class JournalCheck(IReadOnlyDictionary<string, long> snapshots)
{
    private readonly HashSet<string> _seen = [];
    private string? _id;
    private long _knownTo;
    private long _end;
    private bool _hasEvents;

    /// <summary>Events that were read.</summary>
    public int Events { get; private set; }

    /// <summary>Journals that have a row.</summary>
    public int Journals => _seen.Count;

    /// <summary>Takes the next row.</summary>
    /// <param name="id">Of which journal.</param>
    /// <param name="sequence">Its number.</param>
    /// <param name="read">What is read of it; null for a mark.</param>
    /// <returns>What is wrong, a line each.</returns>
    public IReadOnlyList<string> Next(string id, long sequence, object? read)
    {
        List<string> faults = [];
        if (id != _id)
        {
            faults.AddRange(EndJournal());
            _seen.Add(id);
            (_id, _knownTo, _end, _hasEvents) = (id, snapshots.GetValueOrDefault(id), 0, false);
        }

        if (read is not null)
        {
            bool begins = read is Opened { Fresh: true } || (read is DirectoryOpened && !_hasEvents && _knownTo == 0);
            if (sequence > _knownTo + 1 && !begins)
            {
                faults.Add(Missing(id, _knownTo + 1, sequence - 1));
            }

            if (read is UnreadableEvent unreadable)
            {
                faults.Add($"Event {sequence} of {id} in the table 'journal' cannot be read: {unreadable.Reason}");
            }

            _knownTo = Math.Max(_knownTo, sequence);
            _hasEvents = true;
            Events++;
        }

        _end = sequence;
        return faults;
    }

    /// <summary>There are no more rows.</summary>
    public IReadOnlyList<string> End() =>
    [
        .. EndJournal(),
        .. from snapshot in snapshots
           where !_seen.Contains(snapshot.Key)
           orderby snapshot.Key
           select Ahead(snapshot.Key, end: 0, snapshot.Value),
    ];

    private IEnumerable<string> EndJournal()
    {
        if (_id is null)
        {
            yield break;
        }

        if (_hasEvents && _end > _knownTo)
        {
            yield return Missing(_id, _knownTo + 1, _end); // a mark of an owner that knew more, and did not come to save it
        }

        if (snapshots.TryGetValue(_id, out long snapshot) && snapshot > _end)
        {
            yield return Ahead(_id, _end, snapshot);
        }
    }

    private static string Missing(string id, long from, long to) =>
        $"Events {from} to {to} of {id} in the table 'journal' are missing.";

    private static string Ahead(string id, long end, long snapshot) =>
        $"The journal of {id} ends with event {end}, before the snapshot of it at event {snapshot}.";
}
