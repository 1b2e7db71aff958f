using System.Data;
using System.Data.Common;
using System.Globalization;
using System.Text;

namespace RendezvousCluster.Registry.Journal;

/// <summary>
/// The command that writes rows of several journals: one text, one round trip. Its first statement says with which row each journal
/// ended before, and, of a writer that has written before, who wrote the row that the write takes for that; the second one inserts.
/// Whether the answer is what each write demands is seen before the commit.
/// </summary>
internal static class JournalStatement
{
    private const string Columns =
        "created, deleted, persistence_id, sequence_number, message, tags, manifest, identifier, writer_uuid";

    /// <summary>Makes the command.</summary>
    internal static void Fill(DbCommand command, IReadOnlyList<JournalWrite> writes, DateTimeOffset now)
    {
        var ends = new StringBuilder("SELECT ");
        var values = new StringBuilder();
        string created = Add(command, DbType.Int64, now.UtcTicks);
        string noTags = Add(command, DbType.String, string.Empty);
        foreach (JournalWrite write in writes)
        {
            string id = Add(command, DbType.String, write.PersistenceId);
            ends.Append(ends.Length > "SELECT ".Length ? ", " : string.Empty).Append(
                CultureInfo.InvariantCulture, $"(SELECT MAX(sequence_number) FROM journal WHERE persistence_id = {id}), ");
            ends.Append(write.FollowsOwn
                ? $"(SELECT writer_uuid FROM journal WHERE persistence_id = {id} "
                    + $"AND sequence_number = {Add(command, DbType.Int64, write.Predecessor)})"
                : "NULL");
            foreach (JournalWrite.Row row in write.Rows)
            {
                values.Append(values.Length > 0 ? ", " : string.Empty).Append(
                    CultureInfo.InvariantCulture,
                    $"({created}, {Add(command, DbType.Boolean, row.IsMark)}, {id}, {Add(command, DbType.Int64, row.Sequence)}, "
                    + $"{Add(command, DbType.Binary, row.Message)}, {noTags}, {Add(command, DbType.String, row.Manifest)}, "
                    + $"{Add(command, DbType.Int32, row.Serializer)}, {Add(command, DbType.String, row.Writer)})");
            }
        }

        command.CommandText = values.Length > 0 ? $"{ends}; INSERT INTO journal ({Columns}) VALUES {values}" : $"{ends}";
    }

    /// <summary>Runs it, and reads with which row each journal ended before.</summary>
    internal static async Task<JournalEnd[]> RunAsync(DbCommand command, int writes, CancellationToken cancellationToken)
    {
        var ends = new JournalEnd[writes];
        await using DbDataReader reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
        for (int i = 0; i < writes; i++)
        {
            long sequence = await reader.IsDBNullAsync(2 * i, cancellationToken).ConfigureAwait(false)
                ? 0
                : Convert.ToInt64(reader.GetValue(2 * i), CultureInfo.InvariantCulture);
            ends[i] = new JournalEnd(sequence, reader.GetValue((2 * i) + 1) as string);
        }

        while (await reader.NextResultAsync(cancellationToken).ConfigureAwait(false))
        {
        }

        return ends;
    }

    /// <summary>The id of the writer of a row; null when it is not there.</summary>
    internal static async Task<string?> WriterOfAsync(
        DbCommand command, string persistenceId, long sequence, CancellationToken cancellationToken)
    {
        command.CommandText =
            $"SELECT writer_uuid FROM journal WHERE persistence_id = {Add(command, DbType.String, persistenceId)} "
            + $"AND sequence_number = {Add(command, DbType.Int64, sequence)}";
        return await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false) as string;
    }

    private static string Add(DbCommand command, DbType type, object value)
    {
        DbParameter parameter = command.CreateParameter();
        parameter.ParameterName = string.Create(CultureInfo.InvariantCulture, $"@p{command.Parameters.Count}");
        parameter.DbType = type;
        parameter.Value = value;
        command.Parameters.Add(parameter);
        return parameter.ParameterName;
    }
}
