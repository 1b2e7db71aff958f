using LinqToDB.Data;
using RendezvousCluster.Registry.Journal;
using RendezvousCluster.Testing;
using RendezvousCluster.Testing.Processes;

namespace RendezvousCluster.Registry.Tests.Journal;

/// <summary>Files that are deleted, replaced, cut off or copied over while a store has them open.</summary>
public sealed class SqliteFileWatchTests : IAsyncLifetime, IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private SqliteStore? _store;

    public static TheoryData<string> Files => ["journal.db", "journal.db-wal", "snapshots.db", "snapshots.db-wal"];

    private SqliteStore Store => _store!;

    private string Data => Path.Combine(_directory.Path, "data");

    public async Task InitializeAsync()
    {
        // Closed once, so that the files hold all of it.
        for (int times = 0; times < 2; times++)
        {
            _store?.Dispose();
            _store = new SqliteStore(Data);
            await _store.PrepareAsync(CancellationToken.None);
            Write(1);
        }
    }

    public Task DisposeAsync() => Task.CompletedTask;

    public void Dispose()
    {
        _store?.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public async Task Nothing_is_wrong_with_files_that_are_written_to_and_folded()
    {
        for (int times = 0; times < 3; times++)
        {
            Write(50);
            Assert.True(await Store.AnswersAsync(CancellationToken.None));
            Assert.Null(Store.Fault);
            Execute("PRAGMA wal_checkpoint(TRUNCATE)"); // as a tool for backups does
            Assert.Null(Store.Fault);
        }
    }

    [Fact]
    public async Task A_file_that_is_compacted_from_outside_is_whole()
    {
        Write(500);
        Execute("PRAGMA wal_checkpoint(TRUNCATE)");
        Execute("DELETE FROM journal");
        Execute("VACUUM");
        Execute("PRAGMA wal_checkpoint(TRUNCATE)");

        Assert.Null(Store.Fault);
        Assert.True(await Store.AnswersAsync(CancellationToken.None));
        Assert.Null(Store.Fault);
    }

    [Theory]
    [MemberData(nameof(Files))]
    public async Task A_file_that_is_deleted_is_named_and_takes_no_writes(string name)
    {
        File.Delete(Path.Combine(Data, name));

        await FaultyAsync($"The file '{Path.Combine(Data, name)}' is gone: it was deleted or moved away while this server had it open.");
    }

    [Theory]
    [MemberData(nameof(Files))]
    public async Task A_file_that_is_replaced_by_its_own_copy_is_named(string name)
    {
        string file = Path.Combine(Data, name);
        await RunAsync("cp", file, file + ".copy");
        File.Move(file + ".copy", file, overwrite: true);

        await FaultyAsync($"The file '{file}' is another one than this server has open: it was replaced.");
    }

    [Fact]
    public async Task A_file_that_is_moved_away_is_well_again_when_it_is_back()
    {
        string file = Path.Combine(Data, "journal.db");
        File.Move(file, file + ".away");
        Assert.False(await Store.TakesWritesAsync(CancellationToken.None));

        File.Move(file + ".away", file);

        Assert.Null(Store.Fault);
        Assert.True(await Store.TakesWritesAsync(CancellationToken.None));
    }

    [Theory]
    [InlineData("journal.db", 0)]
    [InlineData("journal.db", 4096)]
    [InlineData("snapshots.db", 0)]
    [InlineData("journal.db-wal", 0)]
    [InlineData("journal.db-wal", 5000)]
    public async Task A_file_whose_end_is_cut_off_is_named_and_stays_so(string name, int length)
    {
        Write(200);
        await RunAsync("truncate", "-s", $"{length}", Path.Combine(Data, name));

        string fault = Assert.IsType<string>(Store.Fault);
        Assert.Contains(name.Replace("-wal", "", StringComparison.Ordinal), fault, StringComparison.Ordinal);
        Assert.False(await Store.TakesWritesAsync(CancellationToken.None));
        await RunAsync("truncate", "-s", "1M", Path.Combine(Data, name));
        Assert.Equal(fault, Store.Fault);
    }

    [Theory]
    [InlineData("journal.db")]
    [InlineData("snapshots.db")]
    public async Task A_file_over_which_an_older_one_is_copied_is_named(string name)
    {
        string file = Path.Combine(Data, name);
        Store.Dispose();
        await RunAsync("cp", file, file + ".older");
        _store = new SqliteStore(Data);
        await Store.PrepareAsync(CancellationToken.None);
        Execute("PRAGMA wal_checkpoint(TRUNCATE)");
        Execute("PRAGMA wal_checkpoint(TRUNCATE)", ofSnapshots: true);

        await RunAsync("cp", file + ".older", file);

        Assert.True(await Store.AnswersAsync(CancellationToken.None));
        Assert.Contains(file, Assert.IsType<string>(Store.Fault), StringComparison.Ordinal);
    }

    private async Task FaultyAsync(string fault)
    {
        Assert.Equal(fault, Store.Fault);
        Assert.Equal(fault, Store.Trouble);
        Assert.False(await Store.TakesWritesAsync(CancellationToken.None));
    }

    private void Write(int rows)
    {
        for (int row = 0; row < rows; row++)
        {
            Execute(
                "INSERT INTO journal (created, deleted, persistence_id, sequence_number, message) "
                + "VALUES (0, 0, hex(randomblob(8)), 1, randomblob(2000))");
        }
    }

    private void Execute(string statement, bool ofSnapshots = false)
    {
        using DataConnection connection = (ofSnapshots ? Store.Snapshots! : Store.Events!).Connect();
        connection.Execute(statement);
    }

    private static async Task RunAsync(string program, params string[] arguments)
    {
        await using ChildProcess child = ChildProcess.Start(program, program, arguments, "/");
        Assert.Equal(0, await child.ExitAsync().Within());
    }
}
