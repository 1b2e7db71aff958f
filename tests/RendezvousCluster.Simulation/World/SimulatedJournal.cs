using RendezvousCluster.Core.Ownership;
using RendezvousCluster.Simulation.Plans;

namespace RendezvousCluster.Simulation.World;

/// <summary>
/// The journal of one owner, as a database with a unique key over the sequence number keeps it: a write is committed whole or not at
/// all, and not at all when one of its numbers is there. It outlives every node; what has left its owner may be done when the owner is
/// dead. When events are deleted the row of the last of them stays, emptied, so that the highest number is known.
/// </summary>
/// <typeparam name="TEvent">What stands in it.</typeparam>
/// <typeparam name="TSnapshot">What takes the place of events.</typeparam>
/// <param name="cluster">The world.</param>
/// <param name="entity">The number of its owner.</param>
/// <param name="describe">An event in a word.</param>
/// <param name="isClearing">Whether an event may be the one that begins the clearing of the journal.</param>
/// <param name="committed">Is given each event that is committed.</param>
internal sealed class SimulatedJournal<TEvent, TSnapshot>(
    SimulatedCluster cluster, int entity, Func<TEvent, string> describe, Func<TEvent, bool> isClearing, Action<TEvent> committed)
    : ISimulatedJournal
    where TEvent : class
    where TSnapshot : class, IJournalSnapshot
{
    private readonly List<JournalRow<TEvent>> _rows = [];
    private readonly SeededSequence _random = new(SeededSequence.Derive(cluster.Plan.Seed, 1000 + (ulong)entity));
    private long _deletedTo;

    /// <summary>The snapshots beside it.</summary>
    public SimulatedSnapshots<TSnapshot> Snapshots { get; } = new();

    /// <inheritdoc/>
    public int SnapshotCount => Snapshots.Count;

    /// <summary>In ascending order of their numbers.</summary>
    public IReadOnlyList<JournalRow<TEvent>> Rows => _rows;

    /// <summary>The highest number that was ever used.</summary>
    public long Highest => _rows.Count == 0 ? 0 : _rows[^1].Sequence;

    /// <inheritdoc/>
    public long WrittenAt { get; private set; }

    /// <inheritdoc/>
    public int EventCount => _rows.Count(row => row.Event is not null);

    /// <summary>Writes events, and tells the owner what it can know of the outcome.</summary>
    public void Write(SimulatedShell owner, long firstSequence, IReadOnlyList<TEvent> events)
    {
        SimulatedDisk disk = cluster.Disk;
        long now = cluster.Time.Now;
        long delay = 1 + _random.Below(4);
        if (disk.Slow.IsOpen(now))
        {
            cluster.Statistics.Count(FaultKind.SlowJournal);
            delay += _random.Between(0, disk.Slow.Amount);
        }

        if (disk.Refused.Hits(now, _random))
        {
            cluster.Statistics.Count(FaultKind.WriteRefused);
            cluster.Time.After(delay, owner.Node, owner.WriteFailed);
        }
        else if (disk.Late.Hits(now, _random))
        {
            cluster.Statistics.Count(FaultKind.WriteLate);
            cluster.Time.After(delay, owner.Node, owner.WriteFailed);
            cluster.Time.After(delay + _random.Between(1, SimulatedDisk.MaxLateness), () => TryCommit(owner, firstSequence, events));
        }
        else
        {
            bool isUnknown = disk.Unknown.Hits(now, _random);
            cluster.Time.After(delay, () =>
            {
                bool committed = TryCommit(owner, firstSequence, events);
                if (committed && isUnknown)
                {
                    cluster.Statistics.Count(FaultKind.WriteUnknown);
                }

                cluster.Time.After(1, owner.Node, committed && !isUnknown ? owner.WriteCommitted : owner.WriteFailed);
                if (committed)
                {
                    cluster.Triggers.Reached(FaultKind.CrashAfterCommit, owner.Node);
                }
            });
        }
    }

    /// <summary>Deletes events.</summary>
    public void DeleteTo(long upToSequence)
    {
        int deleted = _rows.FindLastIndex(row => row.Sequence <= upToSequence);
        if (deleted >= 0)
        {
            cluster.Trace?.Invoke($"{cluster.LabelOf(entity)}: rows up to {_rows[deleted].Sequence} are deleted");
            _deletedTo = Math.Max(_deletedTo, _rows[deleted].Sequence);
            _rows[deleted] = _rows[deleted] with { Event = null };
            _rows.RemoveRange(0, deleted);
        }
    }

    private bool TryCommit(SimulatedShell owner, long firstSequence, IReadOnlyList<TEvent> events)
    {
        if (owner.IsOutlived)
        {
            cluster.Statistics.Count(FaultKind.StaleWrite);
        }

        int at = _rows.FindLastIndex(row => row.Sequence < firstSequence) + 1;
        if (cluster.Flaw.FenceHolds && at < _rows.Count && _rows[at].Sequence < firstSequence + events.Count)
        {
            cluster.Trace?.Invoke($"{cluster.LabelOf(entity)}: owner {owner.Writer} collides at row {firstSequence}");
            return false;
        }

        for (int i = 0; i < events.Count; i++)
        {
            var row = new JournalRow<TEvent>(firstSequence + i, events[i], owner.Writer);
            cluster.Checker.RowWritten(entity, row.Sequence, row.Writer, isClearing(events[i]), _deletedTo, cluster.Time.Now);
            _rows.Insert(at + i, row);
            committed(events[i]);
        }

        WrittenAt = cluster.Time.Now;
        cluster.Trace?.Invoke(
            $"{cluster.LabelOf(entity)}: owner {owner.Writer} has written rows {firstSequence} to {firstSequence + events.Count - 1}: "
            + string.Join(", ", events.Select(describe)));
        return true;
    }
}
