using LinqToDB.Data;
using RendezvousCluster.Registry.Journal;

namespace RendezvousCluster.Registry.Tests.Journal;

public sealed class SqliteDatabaseTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    private string File => Path.Combine(_directory.Path, "journal.db");

    [Fact]
    public void Connections_of_the_journal_commit_durably_and_write_ahead()
    {
        var database = new SqliteDatabase(File);
        database.Prepare();

        using (var connection = new DataConnection(database.ToDataOptions()))
        {
            Assert.Equal("wal", connection.Execute<string>("PRAGMA journal_mode"));
            Assert.Equal(2, connection.Execute<int>("PRAGMA synchronous")); // 2 is FULL
            Assert.Equal(2, connection.Execute<int>("PRAGMA auto_vacuum")); // 2 is INCREMENTAL
        }

        database.Close();
    }

    [Fact]
    public async Task Connections_opened_asynchronously_commit_durably_as_well()
    {
        var database = new SqliteDatabase(File);
        database.Prepare();

        await using (var connection = new DataConnection(database.ToDataOptions()))
        {
            await using DataConnectionTransaction transaction = await connection.BeginTransactionAsync();
            Assert.Equal(2, await connection.ExecuteAsync<int>("PRAGMA synchronous"));
        }

        database.Close();
    }

    [Fact]
    public void A_file_that_is_not_a_database_is_refused()
    {
        System.IO.File.WriteAllText(File, new string('x', 5000));

        RegistryStartException refused = Assert.Throws<RegistryStartException>(() => new SqliteDatabase(File).Prepare());

        Assert.Equal($"The file '{File}' is damaged or no database; restore it from a backup or move it away.", refused.Message);
    }

    [Fact]
    public void A_file_that_cannot_be_opened_is_refused()
    {
        Directory.CreateDirectory(File);

        RegistryStartException refused = Assert.Throws<RegistryStartException>(() => new SqliteDatabase(File).Prepare());

        Assert.Equal($"The database file '{File}' cannot be opened for writing.", refused.Message);
    }

    [Fact]
    public async Task A_probe_for_writes_leaves_nothing_behind()
    {
        var database = new SqliteDatabase(File);
        database.Prepare();
        Assert.False(await database.TakesWritesAsync(CancellationToken.None)); // there is no table yet
        await using (var connection = new DataConnection(database.ToDataOptions()))
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
}
