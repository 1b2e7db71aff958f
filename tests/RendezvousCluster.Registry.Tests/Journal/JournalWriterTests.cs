using System.Data;
using Akka.Persistence;
using Microsoft.Data.Sqlite;
using RendezvousCluster.Registry.Journal;
using RendezvousCluster.Testing;
using RendezvousCluster.Testing.Databases;

namespace RendezvousCluster.Registry.Tests.Journal;

/// <summary>Rows are written only behind the row that their writer knows as the last one, in every kind of database.</summary>
public abstract class JournalWriterTests : TestsOnAStore
{
    private JournalWriter? _writer;

    private JournalWriter Writer => _writer ??= new JournalWriter(
        System.Store.NewTransactions(IsolationLevel.ReadCommitted), parallelism: 1, maxRows: 50, CancellationToken.None);

    [Fact]
    public async Task Rows_are_written_behind_the_last_one()
    {
        await MakeTablesAsync();

        await Writer.WriteAsync(Write("a", 0, rows: 3)).Within();
        await Writer.WriteAsync(Write("a", 3, rows: 2)).Within();

        Assert.Equal([1L, 2, 3, 4, 5], await System.Rows.EventsAsync("a"));
    }

    [Fact]
    public async Task A_row_that_is_gone_is_missed()
    {
        await MakeTablesAsync();
        await Writer.WriteAsync(Write("a", 0, rows: 5)).Within();
        await System.Rows.LoseEventsAsync("a", from: 4);

        var own = await Assert.ThrowsAsync<PredecessorMissingException>(() => Writer.WriteAsync(Write("a", 5, rows: 1)).Within());
        var foreign = await Assert.ThrowsAsync<PredecessorMissingException>(
            () => Writer.WriteAsync(Write("a", 5, rows: 1, writer: "another")).Within());

        Assert.Equal((3L, true, false), (own.Found, own.IsOwn, foreign.IsOwn));
        Assert.Equal([1L, 2, 3], await System.Rows.EventsAsync("a"));
    }

    [Fact]
    public async Task A_writer_that_does_not_know_the_last_row_is_replaced()
    {
        await MakeTablesAsync();
        await Writer.WriteAsync(Write("a", 0, rows: 5)).Within();
        await System.Rows.LoseEventsAsync("a", from: 2, to: 4); // deleted: nothing is in the place of row 2

        Exception refusal = await Assert.ThrowsAsync<OwnerReplacedException>(() => Writer.WriteAsync(Write("a", 1, rows: 1)).Within());

        Assert.True(DatabaseFailures.IsCollision(refusal));
        Assert.Equal([1L, 5], await System.Rows.EventsAsync("a"));
    }

    [Fact]
    public async Task A_writer_whose_last_row_is_lost_and_taken_by_another_one_is_replaced()
    {
        await MakeTablesAsync();
        await Writer.WriteAsync(Write("a", 0, rows: 5)).Within();
        await System.Rows.LoseEventsAsync("a", from: 4);
        await Writer.WriteAsync(Write("a", 3, rows: 2, writer: "another")).Within();

        Exception refusal = await Assert.ThrowsAsync<OwnerReplacedException>(
            () => Writer.WriteAsync(Write("a", 5, rows: 1) with { FollowsOwn = true }).Within());
        await Writer.WriteAsync(Write("a", 5, rows: 1, writer: "another") with { FollowsOwn = true }).Within();

        Assert.True(DatabaseFailures.IsCollision(refusal));
        Assert.Equal([1L, 2, 3, 4, 5, 6], await System.Rows.EventsAsync("a"));
    }

    [Fact]
    public async Task A_look_at_the_end_says_whether_it_is_there_and_leaves_nothing()
    {
        await MakeTablesAsync();
        await Writer.WriteAsync(new LookAtJournalEnd("a", 0, Writer: null).ToWrite()).Within();
        await Writer.WriteAsync(Write("a", 0, rows: 5)).Within();

        await Writer.WriteAsync(new LookAtJournalEnd("a", 5, Writer: null).ToWrite()).Within();
        await Writer.WriteAsync(new LookAtJournalEnd("a", 5, Write("a", 0, rows: 1).Writer).ToWrite()).Within();
        await Assert.ThrowsAsync<OwnerReplacedException>(
            () => Writer.WriteAsync(new LookAtJournalEnd("a", 5, "another").ToWrite()).Within());
        await Assert.ThrowsAsync<OwnerReplacedException>(
            () => Writer.WriteAsync(new LookAtJournalEnd("a", 4, Writer: null).ToWrite()).Within());
        await Assert.ThrowsAsync<PredecessorMissingException>(
            () => Writer.WriteAsync(new LookAtJournalEnd("a", 6, Writer: null).ToWrite()).Within());

        Assert.Equal([1L, 2, 3, 4, 5], await System.Rows.EventsAsync("a"));
    }

    [Fact]
    public async Task Looks_and_writes_share_a_transaction_and_go_apart_when_one_is_refused()
    {
        await MakeTablesAsync();
        await Writer.WriteAsync(Write("a", 0, rows: 2)).Within();

        // The first goes alone, and the others wait for it and go together.
        Task[] together =
        [
            Writer.WriteAsync(Write("b", 0, rows: 1)),
            Writer.WriteAsync(new LookAtJournalEnd("a", 2, Writer: null).ToWrite()),
            Writer.WriteAsync(new LookAtJournalEnd("c", 7, Writer: null).ToWrite()),
            Writer.WriteAsync(Write("d", 0, rows: 1)),
        ];

        await Task.WhenAll(together[0], together[1], together[3]).Within();
        await Assert.ThrowsAsync<PredecessorMissingException>(() => together[2].Within());
        Assert.Equal([1L], await System.Rows.EventsAsync("d"));
    }

    [Fact]
    public async Task A_refused_write_takes_nothing_else_with_it()
    {
        await MakeTablesAsync();
        await Writer.WriteAsync(Write("a", 0, rows: 2)).Within();

        // The first goes alone, and the others wait for it and go together.
        Task[] writes =
        [
            Writer.WriteAsync(Write("b", 0, rows: 1)),
            Writer.WriteAsync(Write("c", 0, rows: 1)),
            Writer.WriteAsync(Write("a", 7, rows: 1)),
            Writer.WriteAsync(Write("a", 1, rows: 1)),
            Writer.WriteAsync(Write("d", 0, rows: 60)),
            Writer.WriteAsync(Write("d", 60, rows: 1)),
            Writer.WriteAsync(Write("e", 0, rows: 1)),
        ];
        await Task.WhenAll(writes).ContinueWith(_ => { }, TaskScheduler.Default).Within();

        Assert.IsType<PredecessorMissingException>(Assert.Single(writes[2].Exception!.InnerExceptions));
        Assert.True(DatabaseFailures.IsCollision(writes[3].Exception));
        Assert.All(writes.Where((_, at) => at is not (2 or 3)), write => Assert.True(write.IsCompletedSuccessfully));
        Assert.Equal(2 + 1 + 1 + 61 + 1, (await System.Rows.EventsAsync()).Count);
    }

    [Fact]
    public async Task Of_two_that_mend_from_the_same_row_one_is_replaced()
    {
        await MakeTablesAsync();
        await Writer.WriteAsync(Write("a", 0, rows: 2)).Within();

        await Writer.WriteAsync(new MendJournal("a", 2, 9, "one").ToWrite()).Within();
        Exception refusal = await Assert.ThrowsAnyAsync<Exception>(
            () => Writer.WriteAsync(new MendJournal("a", 2, 5, "other").ToWrite()).Within());
        Assert.True(DatabaseFailures.IsCollision(refusal));
        await Writer.WriteAsync(Write("a", 9, rows: 1)).Within();

        Assert.Equal([1L, 2, 10], await System.Rows.EventsAsync("a")); // marks do not count
        Assert.Equal(5, await System.Rows.JournalRowsAsync());
    }

    [Fact]
    public async Task A_database_that_does_not_take_rows_fails_all_that_were_to_be_written()
    {
        await MakeTablesAsync();
        var writer = new JournalWriter(new SqliteDatabase("/nowhere/at/all").NewTransactions(), 1, 50, CancellationToken.None);

        await Assert.ThrowsAsync<SqliteException>(() => writer.WriteAsync(Write("a", 0, rows: 1)).Within());
    }

    [Theory]
    [InlineData(1)] // before the commit
    [InlineData(2)] // behind it
    public async Task A_write_into_a_file_that_is_lost_counts_as_failed(int lostAt)
    {
        await MakeTablesAsync();
        int looks = 0;
        var writer = new JournalWriter(
            System.Store.NewTransactions(IsolationLevel.ReadCommitted), 1, 50, CancellationToken.None,
            () => ++looks == lostAt ? "The file is gone." : null);

        Exception failure = await Assert.ThrowsAsync<StoreFaultException>(() => writer.WriteAsync(Write("a", 0, rows: 1)).Within());

        Assert.Equal("The file is gone.", failure.Message);
        Assert.False(DatabaseFailures.IsCollision(failure));
        Assert.Equal(lostAt - 1, await System.Rows.JournalRowsAsync());
    }

    // SQLite's are made by the plugin when it starts.
    private async Task MakeTablesAsync()
    {
        if (System.Store.Server is null)
        {
            Persistence.Instance.Apply(System.Kit.Sys).JournalFor(string.Empty);
            await System.Kit.AwaitAssertAsync(() => System.Rows.JournalRowsAsync(), TestTimeouts.Default);
        }
    }

    private static JournalWrite Write(string id, long predecessor, int rows, string writer = "writer") => new(
        id,
        predecessor,
        [.. Enumerable.Range(1, rows).Select(row => new JournalWrite.Row(predecessor + row, 7301, "eo", [1, 2, 3], writer))]);
}

public sealed class SqliteJournalWriterTests : JournalWriterTests
{
    private protected override Task<TestStore> NewStoreAsync() => Task.FromResult(TestStore.Sqlite());
}

[Collection(PostgresCollection.Name)]
public sealed class PostgresJournalWriterTests(TestPostgres server) : JournalWriterTests
{
    private protected override Task<TestStore> NewStoreAsync() => TestStore.OnAsync(server);
}

[Collection(MariaDbCollection.Name)]
public sealed class MariaDbJournalWriterTests(TestMariaDb server) : JournalWriterTests
{
    private protected override Task<TestStore> NewStoreAsync() => TestStore.OnAsync(server);
}
