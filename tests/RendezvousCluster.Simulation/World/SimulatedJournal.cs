using RendezvousCluster.Core.Ownership;
using RendezvousCluster.Simulation.Plans;

namespace RendezvousCluster.Simulation.World;

/// <summary>
/// The journal of one owner, as a database with a unique key over the sequence number keeps it: a write is committed whole or not at
/// all, and only when the row before it is the last one. It outlives every node; what has left its owner may be done when the owner is
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
    private readonly UndoLog _undo = new(cluster);
    private long _deletedTo;

    /// <summary>The snapshots beside it.</summary>
    public SimulatedSnapshots<TSnapshot> Snapshots => field ??= new SimulatedSnapshots<TSnapshot>(_undo);

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
            int era = cluster.Losses.Count;
            cluster.Time.After(delay + _random.Between(1, SimulatedDisk.MaxLateness), () =>
            {
                if (cluster.Losses.Count == era)
                {
                    TryCommit(owner, firstSequence, events);
                }
            });
        }
        else
        {
            bool isUnknown = disk.Unknown.Hits(now, _random);
            cluster.Time.After(delay, () =>
            {
                CommitOutcome outcome = TryCommit(owner, firstSequence, events);
                bool committed = outcome == CommitOutcome.Committed;
                if (committed && isUnknown)
                {
                    cluster.Statistics.Count(FaultKind.WriteUnknown);
                }

                (long found, bool isOwn) = (Highest, _rows.Count > 0 && _rows[^1].Writer == owner.Writer);
                cluster.Time.After(
                    1,
                    owner.Node,
                    isUnknown ? owner.WriteFailed
                    : outcome == CommitOutcome.Collided ? owner.WriteCollided
                    : committed ? owner.WriteCommitted
                    : () => owner.WriteRefused(found, isOwn));
                if (committed)
                {
                    cluster.Triggers.Reached(FaultKind.CrashAfterCommit, owner.Node);
                }
            });
        }
    }

    /// <summary>Says whether a row is the last one.</summary>
    public JournalEndSeen Look(SimulatedShell owner, long expected, bool isOwn) =>
        Look(expected, isOwn ? owner.Writer : null);

    /// <summary>Says whether a row is the last one, and of that writer if one is named.</summary>
    public JournalEndSeen Look(long expected, int? writer) =>
        Highest < expected ? JournalEndSeen.RowsLost
        : Highest > expected || (writer is not null && _rows[^1].Writer != writer) ? JournalEndSeen.Replaced
        : JournalEndSeen.AsKnown;

    /// <summary>Deletes events.</summary>
    public void DeleteTo(long upToSequence)
    {
        int deleted = _rows.FindLastIndex(row => row.Sequence <= upToSequence);
        if (deleted >= 0)
        {
            cluster.Trace?.Invoke($"{cluster.LabelOf(entity)}: rows up to {_rows[deleted].Sequence} are deleted");
            (JournalRow<TEvent>[] gone, long deletedTo) = ([.. _rows.Take(deleted + 1)], _deletedTo);
            _undo.Add(() =>
            {
                _deletedTo = deletedTo;
                _rows.RemoveAll(row => row.Sequence <= gone[^1].Sequence);
                _rows.InsertRange(0, gone);
            });
            _deletedTo = Math.Max(_deletedTo, _rows[deleted].Sequence);
            _rows[deleted] = _rows[deleted] with { Event = null };
            _rows.RemoveRange(0, deleted);
        }
    }

    /// <inheritdoc/>
    public bool LoseSince(long time)
    {
        long before = Highest;
        _undo.UndoSince(time);
        if (Highest == before)
        {
            return false;
        }

        cluster.Trace?.Invoke($"{cluster.LabelOf(entity)}: rows {Highest + 1} to {before} are lost");
        cluster.Checker.RowsLost(entity, Highest);
        return true;
    }

    /// <summary>Writes marks in the place of rows that are lost, unless there are other rows by now.</summary>
    /// <returns>Whether they are there.</returns>
    public bool TryMend(SimulatedShell owner, long found, long to)
    {
        if (Highest == to && _rows[^1].Event is null && _rows[^1].Writer == owner.Writer)
        {
            return true; // an earlier try
        }

        if (Highest != found)
        {
            return false;
        }

        cluster.Trace?.Invoke($"{cluster.LabelOf(entity)}: owner {owner.Writer} takes rows {found + 1} to {to}");
        for (long mark = found + 1; mark <= to; mark += Math.Max(1, to - mark))
        {
            Add(_rows.Count, new JournalRow<TEvent>(mark, null, owner.Writer));
        }

        owner.HasWritten = true;
        cluster.Checker.RowsTaken(entity, to, owner.Writer);
        WrittenAt = cluster.Time.Now;
        return true;
    }

    private void Add(int at, JournalRow<TEvent> row)
    {
        _rows.Insert(at, row);
        _undo.Add(() => _rows.RemoveAll(added => added.Sequence == row.Sequence));
    }

    private CommitOutcome TryCommit(SimulatedShell owner, long firstSequence, IReadOnlyList<TEvent> events)
    {
        if (owner.IsOutlived)
        {
            cluster.Statistics.Count(FaultKind.StaleWrite);
        }

        int at = _rows.FindLastIndex(row => row.Sequence < firstSequence) + 1;
        if (cluster.Flaw.FenceHolds && at < _rows.Count
            && (cluster.Flaw.JournalDemandsItsEnd || _rows[at].Sequence < firstSequence + events.Count))
        {
            cluster.Trace?.Invoke($"{cluster.LabelOf(entity)}: owner {owner.Writer} collides at row {firstSequence}");
            return CommitOutcome.Collided;
        }

        if (cluster.Flaw is { FenceHolds: true, JournalDemandsItsEnd: true } && Highest < firstSequence - 1)
        {
            cluster.Trace?.Invoke($"{cluster.LabelOf(entity)}: owner {owner.Writer} misses row {firstSequence - 1}");
            return CommitOutcome.PredecessorMissing;
        }

        if (cluster.Flaw is { FenceHolds: true, JournalDemandsItsEnd: true, JournalAsksWhoseItsEndIs: true }
            && owner.HasWritten && _rows is [.., { } last] && last.Writer != owner.Writer)
        {
            cluster.Trace?.Invoke($"{cluster.LabelOf(entity)}: owner {owner.Writer} finds row {firstSequence - 1} to be another one's");
            return CommitOutcome.Collided;
        }

        owner.HasWritten = true;
        for (int i = 0; i < events.Count; i++)
        {
            var row = new JournalRow<TEvent>(firstSequence + i, events[i], owner.Writer);
            cluster.Checker.RowWritten(entity, row.Sequence, row.Writer, isClearing(events[i]), _deletedTo, cluster.Time.Now);
            Add(at + i, row);
            committed(events[i]);
        }

        WrittenAt = cluster.Time.Now;
        cluster.Trace?.Invoke(
            $"{cluster.LabelOf(entity)}: owner {owner.Writer} has written rows {firstSequence} to {firstSequence + events.Count - 1}: "
            + string.Join(", ", events.Select(describe)));
        return CommitOutcome.Committed;
    }
}
