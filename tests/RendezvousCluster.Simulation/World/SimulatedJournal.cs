using RendezvousCluster.Core.Namespaces;
using RendezvousCluster.Simulation.Plans;

namespace RendezvousCluster.Simulation.World;

/// <summary>
/// The journal of one namespace, as a database with a unique key over the sequence number keeps it: a write is committed whole or not at
/// all, and not at all when one of its numbers is there. It outlives every node; what has left its owner may be done when the owner is
/// dead. When events are deleted the row of the last of them stays, emptied, so that the highest number is known.
/// </summary>
internal sealed class SimulatedJournal(SimulatedCluster cluster, int ns)
{
    /// <summary>How long after its owner was told of a failure a write may still be committed.</summary>
    internal const long MaxLateness = 15_000;

    private readonly List<JournalRow> _rows = [];
    private readonly SeededSequence _random = new(SeededSequence.Derive(cluster.Plan.Seed, 1000 + (ulong)ns));
    private long _deletedTo;

    /// <summary>In ascending order of their numbers.</summary>
    public IReadOnlyList<JournalRow> Rows => _rows;

    /// <summary>The highest number that was ever used.</summary>
    public long Highest => _rows.Count == 0 ? 0 : _rows[^1].Sequence;

    /// <summary>When the newest row was written.</summary>
    public long WrittenAt { get; private set; }

    /// <summary>How many events there are.</summary>
    public int EventCount => _rows.Count(row => row.Event is not null);

    /// <summary>Writes events, and tells the owner what it can know of the outcome.</summary>
    public void Write(SimulatedOwner owner, long firstSequence, IReadOnlyList<NamespaceEvent> events)
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
            cluster.Time.After(delay + _random.Between(1, MaxLateness), () => TryCommit(owner, firstSequence, events));
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
            cluster.Trace?.Invoke($"ns{ns}: rows up to {_rows[deleted].Sequence} are deleted");
            _deletedTo = Math.Max(_deletedTo, _rows[deleted].Sequence);
            _rows[deleted] = _rows[deleted] with { Event = null };
            _rows.RemoveRange(0, deleted);
        }
    }

    private static string Describe(IReadOnlyList<NamespaceEvent> events) =>
        string.Join(", ", events.Select(@event => @event is Opened { Fresh: true } ? "Opened afresh" : @event.GetType().Name));

    private bool TryCommit(SimulatedOwner owner, long firstSequence, IReadOnlyList<NamespaceEvent> events)
    {
        if (owner.IsOutlived)
        {
            cluster.Statistics.Count(FaultKind.StaleWrite);
        }

        int at = _rows.FindLastIndex(row => row.Sequence < firstSequence) + 1;
        if (cluster.Flaw.FenceHolds && at < _rows.Count && _rows[at].Sequence < firstSequence + events.Count)
        {
            cluster.Trace?.Invoke($"ns{ns}: owner {owner.Writer} collides at row {firstSequence}");
            return false;
        }

        for (int i = 0; i < events.Count; i++)
        {
            var row = new JournalRow(firstSequence + i, events[i], owner.Writer);
            cluster.Checker.RowWritten(ns, row, _deletedTo, cluster.Time.Now);
            _rows.Insert(at + i, row);
        }

        WrittenAt = cluster.Time.Now;
        cluster.Trace?.Invoke(
            $"ns{ns}: owner {owner.Writer} has written rows {firstSequence} to {firstSequence + events.Count - 1}: {Describe(events)}");
        return true;
    }
}
