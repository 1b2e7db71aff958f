using System.Data;
using System.Data.Common;
using System.Globalization;
using Akka.Persistence;
using LinqToDB;
using LinqToDB.Data;
using RendezvousCluster.Registry.Refusals;
using RendezvousCluster.Registry.Serialization;

namespace RendezvousCluster.Registry.Journal;

/// <summary>
/// Reads a journal for recovery. The plugin puts a query together, opens a transaction around it and runs a stream for each journal; for a
/// namespace that nobody has registered in, and for thousands of small ones after a start, that is most of the work.
/// </summary>
/// <remarks>
/// A row does not choose who reads it: the registry has written its own with one serializer, and one that names another, or none, fails as
/// an event of a later version does. <see cref="ActorPort.RowGate"/> does the same for what the plugin reads.
/// </remarks>
/// <param name="data">How to open a connection.</param>
/// <param name="serialization">Makes events of bytes.</param>
/// <param name="refused">Counts what is not read.</param>
internal sealed class JournalReader(DataOptions data, Akka.Serialization.Serialization serialization, RefusedReads refused)
{
    /// <summary>Rows that are fetched at once: a large journal is not held in memory as rows and events at the same time.</summary>
    internal const int RowsAtOnce = 1_000;

    private const string EndText =
        "SELECT MAX(sequence_number) FROM journal WHERE persistence_id = @id AND sequence_number > @after";

    private static readonly string EventsText = string.Create(
        CultureInfo.InvariantCulture,
        $"""
        SELECT sequence_number, created, message, identifier, manifest, writer_uuid FROM journal
        WHERE persistence_id = @id AND sequence_number >= @from AND sequence_number <= @to AND deleted = @deleted
        ORDER BY sequence_number LIMIT {RowsAtOnce}
        """);

    /// <summary>The number of the last row, the mark of something deleted too; 0 when none is behind <paramref name="after"/>.</summary>
    public async Task<long> ReadEndAsync(string persistenceId, long after, CancellationToken cancellationToken)
    {
        var connection = new DataConnection(data);
        await using (connection.ConfigureAwait(false))
        {
            await using DbCommand command = await CommandAsync(connection, EndText, persistenceId, cancellationToken).ConfigureAwait(false);
            Add(command, "@after", DbType.Int64, after);
            object? end = await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false);
            return end is null or DBNull ? 0 : Convert.ToInt64(end, CultureInfo.InvariantCulture);
        }
    }

    /// <summary>Hands over the events of a part of a journal, in order.</summary>
    /// <exception cref="Exception">What stands in an event cannot be read; those before it have been handed over.</exception>
    public async Task ReadEventsAsync(
        string persistenceId, long from, long to, long max, Action<IPersistentRepresentation> take, CancellationToken cancellationToken)
    {
        var connection = new DataConnection(data);
        await using (connection.ConfigureAwait(false))
        {
            for (long left = max; left > 0 && from <= to;)
            {
                await using DbCommand command =
                    await CommandAsync(connection, EventsText, persistenceId, cancellationToken).ConfigureAwait(false);
                Add(command, "@from", DbType.Int64, from);
                Add(command, "@to", DbType.Int64, to);
                Add(command, "@deleted", DbType.Boolean, false);
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
    }

    private Persistent ToEvent(DbDataReader row, string persistenceId)
    {
        int? serializer = row.IsDBNull(3) ? null : row.GetInt32(3);
        string manifest = row.IsDBNull(4) ? string.Empty : row.GetString(4);
        if (serializer != RegistrySerializer.Id)
        {
            var refusal = new RefusedRead(RefusedReadReason.Serializer, serializer ?? 0, manifest, persistenceId);
            refused.Add(refusal, "the database");
            throw new RefusedException($"Nothing is read by the serializer {refusal.SerializerId}.");
        }

        return new Persistent(
            serialization.Deserialize(row.GetFieldValue<byte[]>(2), RegistrySerializer.Id, manifest),
            row.GetInt64(0),
            persistenceId,
            manifest,
            isDeleted: false,
            sender: null,
            writerGuid: row.IsDBNull(5) ? null : row.GetString(5),
            timestamp: row.GetInt64(1));
    }

    private static async ValueTask<DbCommand> CommandAsync(
        DataConnection connection, string text, string persistenceId, CancellationToken cancellationToken)
    {
        DbConnection session = await connection.OpenDbConnectionAsync(cancellationToken).ConfigureAwait(false);
        DbCommand command = session.CreateCommand();
        command.CommandText = text;
        Add(command, "@id", DbType.String, persistenceId);
        return command;
    }

    private static void Add(DbCommand command, string name, DbType type, object value)
    {
        DbParameter parameter = command.CreateParameter();
        parameter.ParameterName = name;
        parameter.DbType = type;
        parameter.Value = value;
        command.Parameters.Add(parameter);
    }
}
