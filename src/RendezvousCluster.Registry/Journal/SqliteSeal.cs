using Microsoft.Data.Sqlite;
using RendezvousCluster.Registry.Files;

namespace RendezvousCluster.Registry.Journal;

/// <summary>Reads and writes the seal of a SQLite file, which has a table of its own beside that of the persistence plugin.</summary>
internal static class SqliteSeal
{
    /// <summary>Looks into a file before the persistence plugin does.</summary>
    /// <param name="connection">A connection to it.</param>
    /// <param name="table">The table that the file is for.</param>
    internal static FileFinding Find(SqliteConnection connection, string table)
    {
        bool hasTable = HasTable(connection, table);
        return new FileFinding(
            hasTable, hasTable && Scalar(connection, $"SELECT EXISTS (SELECT * FROM {table})") is not 0L, Read(connection));
    }

    /// <summary>The seal of a file; null when it has none.</summary>
    internal static StoreSeal? Read(SqliteConnection connection)
    {
        if (!HasTable(connection, "registry_store"))
        {
            return null;
        }

        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = "SELECT id, generation, phase, empty_accepted FROM registry_store";
        using SqliteDataReader reader = command.ExecuteReader();
        return reader.Read()
            ? new StoreSeal(reader.GetString(0), reader.GetInt64(1), (SealPhase)reader.GetInt32(2), reader.GetBoolean(3))
            : null;
    }

    /// <summary>Puts a seal in the place of the one before, durably.</summary>
    internal static void Write(SqliteConnection connection, StoreSeal seal)
    {
        Scalar(connection, "PRAGMA synchronous=FULL");
        using SqliteTransaction transaction = connection.BeginTransaction();
        using SqliteCommand command = connection.CreateCommand();
        command.Transaction = transaction;
        command.CommandText =
            """
            CREATE TABLE IF NOT EXISTS registry_store
                (id TEXT NOT NULL PRIMARY KEY, generation INTEGER NOT NULL, phase INTEGER NOT NULL, empty_accepted INTEGER NOT NULL);
            DELETE FROM registry_store;
            INSERT INTO registry_store (id, generation, phase, empty_accepted) VALUES (@id, @generation, @phase, @accepted)
            """;
        command.Parameters.AddWithValue("@id", seal.Id);
        command.Parameters.AddWithValue("@generation", seal.Generation);
        command.Parameters.AddWithValue("@phase", (int)seal.Phase);
        command.Parameters.AddWithValue("@accepted", seal.IsEmptyAccepted);
        command.ExecuteNonQuery();
        transaction.Commit();
    }

    private static bool HasTable(SqliteConnection connection, string table) =>
        Scalar(connection, $"SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = '{table}'") is not 0L;

    private static object? Scalar(SqliteConnection connection, string statement)
    {
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = statement;
        return command.ExecuteScalar();
    }
}
