using System.Data.Common;
using System.Globalization;
using Akka.Persistence;

namespace RendezvousCluster.Registry.Journal;

/// <summary>
/// Reads a journal for recovery. The plugin puts a query together, opens a transaction around it and runs a stream for each journal; for a
/// namespace that nobody has registered in, and for thousands of small ones after a start, that is most of the work.
/// </summary>
/// <param name="database">Where it is.</param>
/// <param name="gate">Reads what stands in a row.</param>
internal sealed class JournalReader(StoreDatabase database, RowGate gate)
{
    /// <summary>Rows that are fetched at once: a large journal is not held in memory as rows and events at the same time.</summary>
    internal const int RowsAtOnce = 1_000;

    private const string EndText =
        "SELECT MAX(sequence_number) FROM journal WHERE persistence_id = @id AND sequence_number > @after";

    private const string LastText =
        "SELECT sequence_number, writer_uuid FROM journal WHERE persistence_id = @id ORDER BY sequence_number DESC LIMIT 1";

    private static readonly string EventsText = string.Create(
        CultureInfo.InvariantCulture,
        $"""
        SELECT sequence_number, created, message, identifier, manifest, writer_uuid FROM journal
        WHERE persistence_id = @id AND sequence_number >= @from AND sequence_number <= @to AND NOT deleted
        ORDER BY sequence_number LIMIT {RowsAtOnce}
        """);

    /// <summary>The number of the last row, the mark of something deleted too; 0 when none is behind <paramref name="after"/>.</summary>
    public async Task<long> ReadEndAsync(string persistenceId, long after, CancellationToken cancellationToken)
    {
        await using DbConnection connection = await database.OpenAsync(cancellationToken).ConfigureAwait(false);
        await using DbCommand command = connection.NewCommand(EndText).With("@id", persistenceId).With("@after", after);
        object? end = await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false);
        return end is null or DBNull ? 0 : Convert.ToInt64(end, CultureInfo.InvariantCulture);
    }

    /// <summary>The last row, the mark of something deleted too, with its writer.</summary>
    public async Task<JournalEnd> ReadLastAsync(string persistenceId, CancellationToken cancellationToken)
    {
        await using DbConnection connection = await database.OpenAsync(cancellationToken).ConfigureAwait(false);
        await using DbCommand command = connection.NewCommand(LastText).With("@id", persistenceId);
        await using DbDataReader row = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        return await row.ReadAsync(cancellationToken).ConfigureAwait(false)
            ? new JournalEnd(row.GetInt64(0), row.IsDBNull(1) ? null : row.GetString(1))
            : default;
    }

    /// <summary>Hands over the events of a part of a journal, in order.</summary>
    /// <exception cref="Exception">What stands in an event cannot be read; those before it have been handed over.</exception>
    public async Task ReadEventsAsync(
        string persistenceId, long from, long to, long max, Action<IPersistentRepresentation> take, CancellationToken cancellationToken)
    {
        await using DbConnection connection = await database.OpenAsync(cancellationToken).ConfigureAwait(false);
        for (long left = max; left > 0 && from <= to;)
        {
            await using DbCommand command = connection.NewCommand(EventsText)
                .With("@id", persistenceId).With("@from", from).With("@to", to);
            int rows = 0;
            await using DbDataReader reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
            for (; left > 0 && await reader.ReadAsync(cancellationToken).ConfigureAwait(false); left--, rows++)
            {
                Persistent read = ToEvent(reader, persistenceId);
                take(read);
                from = read.SequenceNr + 1;
            }

            if (rows < RowsAtOnce)
            {
                return;
            }
        }
    }

    private Persistent ToEvent(DbDataReader row, string persistenceId)
    {
        int? serializer = row.IsDBNull(3) ? null : row.GetInt32(3);
        string manifest = row.IsDBNull(4) ? string.Empty : row.GetString(4);
        return new Persistent(
            gate.Read(persistenceId, serializer, manifest, row.GetFieldValue<byte[]>(2)),
            row.GetInt64(0),
            persistenceId,
            manifest,
            isDeleted: false,
            sender: null,
            writerGuid: row.IsDBNull(5) ? null : row.GetString(5),
            timestamp: row.GetInt64(1));
    }
}
