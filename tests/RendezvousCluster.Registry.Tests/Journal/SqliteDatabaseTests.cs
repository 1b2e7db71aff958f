using System.Data.Common;
using System.Globalization;
using LinqToDB.Data;
using Microsoft.Data.Sqlite;
using RendezvousCluster.Registry.Journal;

namespace RendezvousCluster.Registry.Tests.Journal;

public sealed class SqliteDatabaseTests : IDisposable
{
    private const string PluginsJournal =
        """
        CREATE TABLE [journal]
        (
            [ordering]        INTEGER        NOT NULL PRIMARY KEY AUTOINCREMENT,
            [created]         INTEGER        NOT NULL,
            [deleted]         Bit            NOT NULL,
            [persistence_id]  NVarChar(255)  NOT NULL,
            [sequence_number] INTEGER        NOT NULL,
            [message]         VarBinary      NOT NULL,
            [tags]            NVarChar(100)      NULL,
            [manifest]        NVarChar(500)      NULL,
            [identifier]      INTEGER            NULL,
            [writer_uuid]     NVarChar(128)      NULL
        );
        CREATE UNIQUE INDEX journal_uq ON journal (persistence_id, sequence_number);
        CREATE INDEX journal_created_idx ON journal (created);
        CREATE INDEX journal_sequence_number_idx ON journal (sequence_number);
        """;

    private const string PluginsSnapshots =
        """
        CREATE TABLE [snapshot]
        (
            [persistence_id]  NVarChar(255) NOT NULL,
            [sequence_number] INTEGER       NOT NULL,
            [created]         INTEGER       NOT NULL,
            [snapshot]        VarBinary         NULL,
            [manifest]        NVarChar(500)     NULL,
            [serializer_id]   INTEGER           NULL,

            CONSTRAINT [PK_snapshot] PRIMARY KEY ([persistence_id], [sequence_number])
        );
        CREATE INDEX snapshot_sequence_number_idx ON snapshot (sequence_number);
        CREATE INDEX snapshot_created_idx ON snapshot (created);
        """;

    private readonly TemporaryDirectory _directory = new();

    private string File => Path.Combine(_directory.Path, "journal.db");

    [Fact]
    public async Task Connections_of_the_journal_commit_durably_and_write_ahead()
    {
        var database = new SqliteDatabase(File);
        database.Open();

        await using (DbConnection connection = await database.Database.OpenAsync(CancellationToken.None))
        {
            Assert.Equal("wal", await AskAsync(connection, "PRAGMA journal_mode"));
            Assert.Equal(2L, await AskAsync(connection, "PRAGMA synchronous")); // 2 is FULL
            Assert.Equal(2L, await AskAsync(connection, "PRAGMA auto_vacuum")); // 2 is INCREMENTAL
        }

        database.Close();
    }

    [Theory]
    [InlineData("journal.db")]
    [InlineData("snapshots.db")]
    public async Task Tables_that_the_plugin_made_are_taken_over_without_the_indexes_that_nothing_reads(string file)
    {
        using SqliteDatabase journal = Make(
            "journal.db", $"{PluginsJournal}; INSERT INTO journal VALUES (1, 2, 0, 'a', 1, x'00', '', 'eo', 7301, 'w')");
        using SqliteDatabase snapshots = Make(
            "snapshots.db", $"{PluginsSnapshots}; INSERT INTO snapshot VALUES ('a', 1, 2, x'00', 'eo', 7301)");
        SqliteDatabase earlier = file == "journal.db" ? journal : snapshots;
        string[] before = Columns(earlier);
        journal.Close();
        snapshots.Close();

        using (IRegistryStore store = RegistryStores.Create(
            RegistryStorageCapabilities.Unnamed(outlivesProcess: true), _directory.Path, connectionString: ""))
        {
            await store.PrepareAsync(CancellationToken.None);
        }

        Assert.Equal(1L, Ask(earlier, "SELECT count(*) FROM " + (file == "journal.db" ? "journal" : "snapshot")));
        Assert.Equal(before, Columns(earlier));
        Assert.Equal(0L, Ask(earlier, "SELECT count(*) FROM sqlite_schema WHERE name LIKE '%sequence_number_idx'"));
        earlier.Close();
    }

    [Fact]
    public async Task New_tables_have_the_columns_of_the_plugins()
    {
        var earlier = new SqliteDatabase(Path.Combine(_directory.Path, "earlier.db"));
        earlier.Open();
        earlier.MakeTables($"{PluginsJournal}; {PluginsSnapshots}");
        using IRegistryStore store = RegistryStores.Create(
            RegistryStorageCapabilities.Unnamed(outlivesProcess: true), _directory.Path, connectionString: "");
        await store.PrepareAsync(CancellationToken.None);

        string[] now =
        [
            .. Columns(new SqliteDatabase(Path.Combine(_directory.Path, "journal.db"))),
            .. Columns(new SqliteDatabase(Path.Combine(_directory.Path, "snapshots.db"))),
        ];

        Assert.Equal(Columns(earlier), now);
        earlier.Close();
    }

    [Fact]
    public void A_file_that_is_not_a_database_is_refused()
    {
        System.IO.File.WriteAllText(File, new string('x', 5000));

        RegistryStartException refused = Assert.Throws<RegistryStartException>(() => new SqliteDatabase(File).Open());

        Assert.Equal($"The file '{File}' is damaged or no database; restore it from a backup or move it away.", refused.Message);
    }

    [Fact]
    public void A_file_that_cannot_be_opened_is_refused()
    {
        Directory.CreateDirectory(File);

        RegistryStartException refused = Assert.Throws<RegistryStartException>(() => new SqliteDatabase(File).Open());

        Assert.Equal($"The database file '{File}' cannot be opened for writing.", refused.Message);
    }

    [Fact]
    public async Task A_probe_for_writes_leaves_nothing_behind()
    {
        var database = new SqliteDatabase(File);
        database.Open();
        Assert.False(await database.TakesWritesAsync(CancellationToken.None)); // there is no table yet
        await using (DataConnection connection = database.Database.Connect())
        {
            await connection.ExecuteAsync("CREATE TABLE journal (created, deleted, persistence_id, sequence_number, message)");

            Assert.True(await database.TakesWritesAsync(CancellationToken.None));

            Assert.Equal(0, await connection.ExecuteAsync<int>("SELECT count(*) FROM journal"));
            await connection.ExecuteAsync("CREATE TRIGGER full BEFORE INSERT ON journal BEGIN SELECT RAISE(ABORT, 'no room'); END");
            Assert.False(await database.TakesWritesAsync(CancellationToken.None));
        }

        database.Close();
    }

    public void Dispose() => _directory.Dispose();

    private static async Task<object?> AskAsync(DbConnection connection, string text)
    {
        await using DbCommand command = connection.CreateCommand();
        command.CommandText = text;
        return await command.ExecuteScalarAsync();
    }

    private SqliteDatabase Make(string file, string statements)
    {
        var database = new SqliteDatabase(Path.Combine(_directory.Path, file));
        database.Open();
        database.MakeTables(statements);
        return database;
    }

    private static string[] Columns(SqliteDatabase database) => Rows(
        database,
        "SELECT tables.name || '.' || columns.name || ' ' || columns.type || ' ' || columns.[notnull] || ' ' || columns.pk "
        + "FROM sqlite_schema AS tables, pragma_table_info(tables.name) AS columns "
        + "WHERE tables.type = 'table' AND tables.name NOT IN ('sqlite_sequence', 'registry_store') ORDER BY tables.name, columns.cid");

    private static long Ask(SqliteDatabase database, string question) =>
        long.Parse(Assert.Single(Rows(database, question)), CultureInfo.InvariantCulture);

    private static string[] Rows(SqliteDatabase database, string question)
    {
        using SqliteConnection connection = database.OpenOwn();
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = question;
        using SqliteDataReader reader = command.ExecuteReader();
        var rows = new List<string>();
        while (reader.Read())
        {
            rows.Add(reader.GetString(0));
        }

        return [.. rows];
    }
}
