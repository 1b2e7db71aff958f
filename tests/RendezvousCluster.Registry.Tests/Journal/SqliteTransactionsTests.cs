using Microsoft.Data.Sqlite;
using RendezvousCluster.Registry.Journal;

namespace RendezvousCluster.Registry.Tests.Journal;

/// <summary>What <see cref="JournalWriterTests"/> do not see: the connection that is kept.</summary>
public sealed class SqliteTransactionsTests : IDisposable
{
    private const string Table =
        """
        CREATE TABLE journal (
            ordering INTEGER PRIMARY KEY AUTOINCREMENT, created INTEGER, deleted BIT, persistence_id NVARCHAR(255), sequence_number INTEGER,
            message VARBINARY, tags NVARCHAR(100), manifest NVARCHAR(500), identifier INTEGER, writer_uuid NVARCHAR(128));
        CREATE UNIQUE INDEX journal_uq ON journal (persistence_id, sequence_number);
        CREATE INDEX journal_sequence_number_idx ON journal (sequence_number);
        """;

    private readonly TemporaryDirectory _directory = new();
    private readonly SqliteDatabase _database;
    private readonly IJournalTransactions _transactions;

    public SqliteTransactionsTests()
    {
        _database = new SqliteDatabase(Path.Combine(_directory.Path, "journal.db"));
        _database.Open();
        _transactions = _database.NewTransactions();
    }

    [Fact]
    public void The_connection_that_is_kept_commits_durably()
    {
        using SqliteConnection connection = _database.OpenOwn();

        Assert.Equal(2L, Ask(connection, "PRAGMA synchronous")); // 2 is FULL
    }

    [Fact]
    public async Task A_transaction_that_fails_leaves_nothing_of_it_and_the_next_one_works()
    {
        Run(Table);
        Run("CREATE TRIGGER full BEFORE INSERT ON journal WHEN NEW.sequence_number = 3 BEGIN SELECT RAISE(FAIL, 'no room'); END");

        await Assert.ThrowsAsync<SqliteException>(() => CommitAsync(Write("a", 0, rows: 2), Write("b", 0, rows: 3)));
        Assert.Equal(0L, Rows());
        Run("DROP TRIGGER full");
        await CommitAsync(Write("a", 0, rows: 2), Write("b", 0, rows: 3));

        Assert.Equal(5L, Rows());
    }

    [Fact]
    public async Task A_table_that_comes_later_is_written_to()
    {
        await Assert.ThrowsAsync<SqliteException>(() => CommitAsync(Write("a", 0, rows: 1)));

        Run(Table);
        await CommitAsync(Write("a", 0, rows: 1));

        Assert.Equal(1L, Rows());
    }

    [Fact]
    public async Task Rows_that_another_connection_deletes_are_missed()
    {
        Run(Table);
        await CommitAsync(Write("a", 0, rows: 3));
        Run("DELETE FROM journal WHERE sequence_number > 1");

        Exception?[] refusals = await CommitAsync(Write("a", 3, rows: 1), Write("b", 0, rows: 1));

        Assert.Equal(1, Assert.IsType<PredecessorMissingException>(refusals[0]).Found);
        Assert.Null(refusals[1]);
        Assert.Equal(2L, Rows());
    }

    [Fact]
    public async Task Closing_lets_the_file_go()
    {
        Run(Table);
        await CommitAsync(Write("a", 0, rows: 1));
        Assert.True(File.Exists(_directory.Path + "/journal.db-wal"));

        _database.Close();

        // The last connection folds the log into the file.
        Assert.False(File.Exists(_directory.Path + "/journal.db-wal"));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => CommitAsync(Write("a", 1, rows: 1)));
    }

    [Theory]
    [InlineData("ANALYZE")]
    [InlineData("SELECT 1")]
    public async Task The_end_of_a_journal_is_found_by_the_index_of_its_rows(string before)
    {
        Run(Table);
        await CommitAsync([.. Enumerable.Range(0, 50).Select(id => Write($"j{id}", 0, rows: 3))]);
        Run(before);
        using SqliteConnection connection = _database.OpenOwn();
        using SqliteCommand plan = connection.CreateCommand();
        plan.CommandText = "EXPLAIN QUERY PLAN " + SqliteSession.EndOfJournal;
        plan.Parameters.AddWithValue("@id", "j7");

        using SqliteDataReader reader = plan.ExecuteReader();
        Assert.True(reader.Read());
        Assert.Contains("USING INDEX journal_uq (persistence_id=?)", reader.GetString(3), StringComparison.Ordinal);
        Assert.False(reader.Read()); // nothing is sorted
    }

    public void Dispose()
    {
        _transactions.Dispose();
        _database.Close();
        _directory.Dispose();
    }

    private Task<Exception?[]> CommitAsync(params JournalWrite[] writes) => _transactions.CommitAsync(writes, CancellationToken.None);

    private void Run(string statements)
    {
        using SqliteConnection connection = _database.OpenOwn();
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = statements;
        command.ExecuteNonQuery();
    }

    private long Rows()
    {
        using SqliteConnection connection = _database.OpenOwn();
        return (long)Ask(connection, "SELECT count(*) FROM journal")!;
    }

    private static object? Ask(SqliteConnection connection, string question)
    {
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = question;
        return command.ExecuteScalar();
    }

    private static JournalWrite Write(string id, long predecessor, int rows) => new(
        id,
        predecessor,
        [.. Enumerable.Range(1, rows).Select(row => new JournalWrite.Row(predecessor + row, 7301, "eo", [1, 2, 3], "writer"))]);
}
