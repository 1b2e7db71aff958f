using LinqToDB;
using LinqToDB.Async;
using LinqToDB.Data;
using LinqToDB.Mapping;

namespace RendezvousCluster.Registry.Janitors;

/// <summary>The inventory of the persistence plugin's tables, in any database that linq2db speaks to.</summary>
internal sealed class SqlJournalInventory(DataOptions journal, DataOptions snapshots) : IJournalInventory
{
    /// <inheritdoc/>
    public async Task<(IReadOnlyList<IdleJournal> Idle, string? Next)> FindIdleAsync(
        string after, DateTimeOffset cutoff, int limit, CancellationToken cancellationToken)
    {
        var connection = new DataConnection(journal);
        await using (connection.ConfigureAwait(false))
        {
            ITable<EventRow> events = connection.GetTable<EventRow>();

            // By way of the index on the time: most journals have no old event.
            List<string> candidates = await events
                .Where(row => row.Created < cutoff.UtcTicks && row.PersistenceId.CompareTo(after) > 0)
                .Select(row => row.PersistenceId)
                .Distinct()
                .OrderBy(id => id)
                .Take(limit)
                .ToListAsync(cancellationToken).ConfigureAwait(false);
            var idle = await events
                .Where(row => candidates.Contains(row.PersistenceId))
                .GroupBy(row => row.PersistenceId)
                .Where(rows => rows.Max(row => row.Created) < cutoff.UtcTicks)
                .Select(rows => new { rows.Key, Events = rows.Sum(row => row.Deleted ? 0 : 1) })
                .ToListAsync(cancellationToken).ConfigureAwait(false);
            return ([.. idle.Select(found => new IdleJournal(found.Key, found.Events > 0))], candidates.Count == limit
                ? candidates[^1]
                : null);
        }
    }

    /// <inheritdoc/>
    public async Task<DateTimeOffset?> FindNewestAsync(CancellationToken cancellationToken)
    {
        var connection = new DataConnection(journal);
        await using (connection.ConfigureAwait(false))
        {
            // By way of the index on the time.
            long? newest = await connection.GetTable<EventRow>().MaxAsync(row => (long?)row.Created, cancellationToken)
                .ConfigureAwait(false);
            return newest is { } ticks ? new DateTimeOffset(ticks, TimeSpan.Zero) : null;
        }
    }

    /// <inheritdoc/>
    public async Task<bool> DropMarkAsync(string persistenceId, DateTimeOffset cutoff, CancellationToken cancellationToken)
    {
        if (await HasSnapshotAsync(persistenceId, cancellationToken).ConfigureAwait(false))
        {
            return false;
        }

        var connection = new DataConnection(journal);
        await using (connection.ConfigureAwait(false))
        {
            ITable<EventRow> events = connection.GetTable<EventRow>();
            if (await events.AnyAsync(row => row.PersistenceId == persistenceId && !row.Deleted, cancellationToken).ConfigureAwait(false))
            {
                return false;
            }

            // Should an owner write in between, its number is above the mark's: a mark that goes then is not missed.
            return await events
                .Where(row => row.PersistenceId == persistenceId && row.Deleted && row.Created < cutoff.UtcTicks)
                .DeleteAsync(cancellationToken).ConfigureAwait(false) > 0;
        }
    }

    /// <inheritdoc/>
    public async Task ForgetAsync(string persistenceId, CancellationToken cancellationToken)
    {
        // First the snapshots: one without its journal means that the journal is lost.
        var states = new DataConnection(snapshots);
        await using (states.ConfigureAwait(false))
        {
            await states.GetTable<SnapshotRow>().Where(row => row.PersistenceId == persistenceId).DeleteAsync(cancellationToken)
                .ConfigureAwait(false);
        }

        var events = new DataConnection(journal);
        await using (events.ConfigureAwait(false))
        {
            await events.GetTable<EventRow>().Where(row => row.PersistenceId == persistenceId).DeleteAsync(cancellationToken)
                .ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public async Task<bool> HasSnapshotAsync(string persistenceId, CancellationToken cancellationToken)
    {
        var connection = new DataConnection(snapshots);
        await using (connection.ConfigureAwait(false))
        {
            return await connection.GetTable<SnapshotRow>()
                .AnyAsync(row => row.PersistenceId == persistenceId, cancellationToken).ConfigureAwait(false);
        }
    }

    [Table("journal")]
    private sealed class EventRow
    {
        [Column("persistence_id")]
        public string PersistenceId { get; set; } = string.Empty;

        [Column("created")]
        public long Created { get; set; }

        [Column("deleted")]
        public bool Deleted { get; set; }
    }

    [Table("snapshot")]
    private sealed class SnapshotRow
    {
        [Column("persistence_id")]
        public string PersistenceId { get; set; } = string.Empty;
    }
}
