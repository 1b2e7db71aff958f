using Microsoft.Data.Sqlite;

namespace RendezvousCluster.Registry.Journal;

/// <summary>A connection that writes rows of journals, with the statements for it. One caller at a time.</summary>
internal sealed class SqliteSession : IDisposable
{
    /// <summary>Asks for the last row of a journal.</summary>
    internal const string EndOfJournal =
        "SELECT sequence_number, writer_uuid FROM journal WHERE persistence_id = @id ORDER BY sequence_number DESC LIMIT 1";

    private readonly SqliteConnection _connection;
    private readonly SqliteCommand _begin;
    private readonly SqliteCommand _end;
    private readonly SqliteParameter _endOf;
    private readonly SqliteCommand _insert;
    private readonly SqliteParameter _created;
    private readonly SqliteParameter _deleted;
    private readonly SqliteParameter _journal;
    private readonly SqliteParameter _sequence;
    private readonly SqliteParameter _message;
    private readonly SqliteParameter _manifest;
    private readonly SqliteParameter _serializer;
    private readonly SqliteParameter _writer;
    private readonly SqliteCommand _commit;

    /// <param name="connection">Open; it is closed with this.</param>
    public SqliteSession(SqliteConnection connection)
    {
        _connection = connection;

        // Takes the place of the one writer at once: to get it later, between reading and writing, can fail.
        _begin = Command("BEGIN IMMEDIATE");
        _end = Command(EndOfJournal);
        _endOf = Parameter(_end, "@id", SqliteType.Text);
        _insert = Command(
            "INSERT INTO journal (created, deleted, persistence_id, sequence_number, message, tags, manifest, identifier, writer_uuid) "
            + "VALUES (@created, @deleted, @id, @sequence, @message, '', @manifest, @serializer, @writer)");
        _created = Parameter(_insert, "@created", SqliteType.Integer);
        _deleted = Parameter(_insert, "@deleted", SqliteType.Integer);
        _journal = Parameter(_insert, "@id", SqliteType.Text);
        _sequence = Parameter(_insert, "@sequence", SqliteType.Integer);
        _message = Parameter(_insert, "@message", SqliteType.Blob);
        _manifest = Parameter(_insert, "@manifest", SqliteType.Text);
        _serializer = Parameter(_insert, "@serializer", SqliteType.Integer);
        _writer = Parameter(_insert, "@writer", SqliteType.Text);
        _commit = Command("COMMIT");
    }

    /// <summary>Commits those of the writes that may follow the last row of their journal. Nothing is committed if it throws.</summary>
    /// <returns>For each why it is not among them; null when it is.</returns>
    /// <exception cref="SqliteException">The file does not take them. The session is of no more use.</exception>
    public Exception?[] Commit(IReadOnlyList<JournalWrite> writes, DateTimeOffset now)
    {
        var refusals = new Exception?[writes.Count];
        _begin.ExecuteNonQuery();
        _created.Value = now.UtcTicks;
        for (int i = 0; i < writes.Count; i++)
        {
            JournalWrite write = writes[i];
            refusals[i] = write.WhyNot(EndOf(write.PersistenceId));
            if (refusals[i] is null)
            {
                _journal.Value = write.PersistenceId;
                _writer.Value = write.Writer;
                foreach (JournalWrite.Row row in write.Rows)
                {
                    Insert(row);
                }
            }
        }

        _commit.ExecuteNonQuery();
        return refusals;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _begin.Dispose();
        _end.Dispose();
        _insert.Dispose();
        _commit.Dispose();
        _connection.Dispose();
    }

    private JournalEnd EndOf(string persistenceId)
    {
        _endOf.Value = persistenceId;
        using SqliteDataReader reader = _end.ExecuteReader();
        return reader.Read() ? new JournalEnd(reader.GetInt64(0), reader.IsDBNull(1) ? null : reader.GetString(1)) : default;
    }

    private void Insert(in JournalWrite.Row row)
    {
        _deleted.Value = row.IsMark;
        _sequence.Value = row.Sequence;
        _message.Value = row.Message;
        _manifest.Value = row.Manifest;
        _serializer.Value = row.Serializer;
        _insert.ExecuteNonQuery();
    }

    private SqliteCommand Command(string text)
    {
        SqliteCommand command = _connection.CreateCommand();
        command.CommandText = text;
        return command;
    }

    private static SqliteParameter Parameter(SqliteCommand command, string name, SqliteType type)
    {
        var parameter = new SqliteParameter(name, type);
        command.Parameters.Add(parameter);
        return parameter;
    }
}
