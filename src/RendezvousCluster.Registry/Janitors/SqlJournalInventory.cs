using System.Data;
using System.Data.Common;
using System.Globalization;
using RendezvousCluster.Registry.Journal;

namespace RendezvousCluster.Registry.Janitors;

/// <summary>The inventory of the persistence plugin's tables, in any database.</summary>
/// <param name="events">Where the journals are.</param>
/// <param name="snapshots">Where the snapshots are.</param>
internal sealed class SqlJournalInventory(StoreDatabase events, StoreDatabase snapshots) : IJournalInventory
{
    // By way of the index on the time: most journals have no old event.
    private const string CandidatesText =
        """
        SELECT DISTINCT persistence_id FROM journal WHERE created < @cutoff AND persistence_id > @after
        ORDER BY persistence_id LIMIT @limit
        """;

    /// <inheritdoc/>
    public async Task<(IReadOnlyList<IdleJournal> Idle, string? Next)> FindIdleAsync(
        string after, DateTimeOffset cutoff, int limit, CancellationToken cancellationToken)
    {
        await using DbConnection connection = await events.OpenAsync(cancellationToken).ConfigureAwait(false);
        var candidates = new List<string>();
        await using (DbCommand command = connection.NewCommand(CandidatesText)
            .With("@cutoff", cutoff.UtcTicks).With("@after", after).With("@limit", DbType.Int32, limit))
        {
            await using DbDataReader row = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
            while (await row.ReadAsync(cancellationToken).ConfigureAwait(false))
            {
                candidates.Add(row.GetString(0));
            }
        }

        List<IdleJournal> idle = candidates.Count > 0
            ? await FindOldAsync(connection, candidates, cutoff, cancellationToken).ConfigureAwait(false)
            : [];
        return (idle, candidates.Count == limit ? candidates[^1] : null);
    }

    /// <inheritdoc/>
    public async Task<DateTimeOffset?> FindNewestAsync(CancellationToken cancellationToken)
    {
        await using DbConnection connection = await events.OpenAsync(cancellationToken).ConfigureAwait(false);

        // By way of the index on the time.
        await using DbCommand command = connection.NewCommand("SELECT MAX(created) FROM journal");
        object? newest = await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false);
        return newest is null or DBNull
            ? null
            : new DateTimeOffset(Convert.ToInt64(newest, CultureInfo.InvariantCulture), TimeSpan.Zero);
    }

    /// <inheritdoc/>
    public async Task<bool> DropMarkAsync(string persistenceId, DateTimeOffset cutoff, CancellationToken cancellationToken)
    {
        if (await HasSnapshotAsync(persistenceId, cancellationToken).ConfigureAwait(false))
        {
            return false;
        }

        await using DbConnection connection = await events.OpenAsync(cancellationToken).ConfigureAwait(false);
        await using DbCommand look = connection
            .NewCommand("SELECT 1 FROM journal WHERE persistence_id = @id AND NOT deleted LIMIT 1").With("@id", persistenceId);
        if (await look.HasRowAsync(cancellationToken).ConfigureAwait(false))
        {
            return false;
        }

        // Should an owner write in between, its number is above the mark's: a mark that goes then is not missed.
        await using DbCommand drop = connection
            .NewCommand("DELETE FROM journal WHERE persistence_id = @id AND deleted AND created < @cutoff")
            .With("@id", persistenceId)
            .With("@cutoff", cutoff.UtcTicks);
        return await drop.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false) > 0;
    }

    /// <inheritdoc/>
    public async Task ForgetAsync(string persistenceId, CancellationToken cancellationToken)
    {
        // First the snapshots: one without its journal means that the journal is lost.
        await DeleteAsync(snapshots, "DELETE FROM snapshot WHERE persistence_id = @id", persistenceId, cancellationToken)
            .ConfigureAwait(false);
        await DeleteAsync(events, "DELETE FROM journal WHERE persistence_id = @id", persistenceId, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async Task<bool> HasSnapshotAsync(string persistenceId, CancellationToken cancellationToken)
    {
        await using DbConnection connection = await snapshots.OpenAsync(cancellationToken).ConfigureAwait(false);
        await using DbCommand command =
            connection.NewCommand("SELECT 1 FROM snapshot WHERE persistence_id = @id LIMIT 1").With("@id", persistenceId);
        return await command.HasRowAsync(cancellationToken).ConfigureAwait(false);
    }

    private static async Task<List<IdleJournal>> FindOldAsync(
        DbConnection connection, List<string> candidates, DateTimeOffset cutoff, CancellationToken cancellationToken)
    {
        string[] names = [.. candidates.Select((_, at) => string.Create(CultureInfo.InvariantCulture, $"@id{at}"))];
        await using DbCommand command = connection.NewCommand(
            $"""
            SELECT persistence_id, SUM(CASE WHEN deleted THEN 0 ELSE 1 END) FROM journal
            WHERE persistence_id IN ({string.Join(", ", names)}) GROUP BY persistence_id HAVING MAX(created) < @cutoff
            """).With("@cutoff", cutoff.UtcTicks);
        for (int i = 0; i < names.Length; i++)
        {
            command.With(names[i], candidates[i]);
        }

        var idle = new List<IdleJournal>();
        await using DbDataReader row = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        while (await row.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            bool hasEvents = Convert.ToInt64(row.GetValue(1), CultureInfo.InvariantCulture) > 0;
            idle.Add(new IdleJournal(row.GetString(0), hasEvents));
        }

        return idle;
    }

    private static async Task DeleteAsync(
        StoreDatabase database, string text, string persistenceId, CancellationToken cancellationToken)
    {
        await using DbConnection connection = await database.OpenAsync(cancellationToken).ConfigureAwait(false);
        await using DbCommand command = connection.NewCommand(text).With("@id", persistenceId);
        await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }
}
