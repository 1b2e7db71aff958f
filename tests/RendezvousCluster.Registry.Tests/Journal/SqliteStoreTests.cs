using System.Text.RegularExpressions;
using LinqToDB;
using LinqToDB.Data;
using Microsoft.Data.Sqlite;
using RendezvousCluster.Registry.Files;
using RendezvousCluster.Registry.Journal;

namespace RendezvousCluster.Registry.Tests.Journal;

/// <summary>The two files of a store at the start: lost, older, of another store, or damaged.</summary>
public sealed partial class SqliteStoreTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public static TheoryData<string, string> Losses => new()
    {
        { "journal.db", "the journal is lost, and the snapshots are there" },
        { "snapshots.db", "the snapshots are lost, and the journal is there" },
    };

    public static TheoryData<string, string> Copies => new()
    {
        { "journal.db", "the journal is an older copy than the snapshots" },
        { "snapshots.db", "the snapshots are an older copy than the journal" },
    };

    private string Data => Path.Combine(_directory.Path, "data");

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task A_store_opens_again_as_often_as_it_was_closed()
    {
        for (int times = 0; times < 3; times++)
        {
            await OpenAsync(Fill);
        }
    }

    [Theory]
    [MemberData(nameof(Losses))]
    public async Task A_file_that_is_lost_stops_the_start_until_the_operator_accepts_just_that(string file, string fault)
    {
        await OpenAsync(Fill);
        File.Delete(Path.Combine(Data, file));

        string word = await RefusedAsync(fault);
        await RefusedAsync(fault, "00000000");
        await OpenAsync(store => Assert.Contains(store.Remarks, remark => remark.Contains(fault, StringComparison.Ordinal)), word);
        await OpenAsync(store => AssertWhole(store));
    }

    [Theory]
    [MemberData(nameof(Losses))]
    public async Task A_word_of_before_accepts_no_second_loss(string file, string fault)
    {
        await OpenAsync(Fill);
        File.Delete(Path.Combine(Data, file));
        string word = await RefusedAsync(fault);
        await OpenAsync(Fill, word);

        File.Delete(Path.Combine(Data, file));

        await RefusedAsync(fault, word);
    }

    [Theory]
    [MemberData(nameof(Losses))]
    public async Task A_file_that_is_emptied_is_lost(string file, string fault)
    {
        await OpenAsync(Fill);
        await File.WriteAllBytesAsync(Path.Combine(Data, file), []);

        await RefusedAsync(fault);
    }

    [Theory]
    [MemberData(nameof(Copies))]
    public async Task An_older_copy_of_one_file_stops_the_start(string file, string fault)
    {
        await OpenAsync(Fill);
        File.Copy(Path.Combine(Data, file), Path.Combine(_directory.Path, file));
        await OpenAsync(Fill);
        File.Copy(Path.Combine(_directory.Path, file), Path.Combine(Data, file), overwrite: true);

        await RefusedAsync(fault);
    }

    [Theory]
    [MemberData(nameof(Copies))]
    public async Task A_copy_that_was_made_while_the_server_ran_stops_the_start_after_it_was_stopped(string file, string fault)
    {
        await OpenAsync(store =>
        {
            Fill(store);
            using var source = new SqliteConnection($"Data Source={Path.Combine(Data, file)};Pooling=False");
            using var copy = new SqliteConnection($"Data Source={Path.Combine(_directory.Path, file)};Pooling=False");
            source.Open();
            copy.Open();
            source.BackupDatabase(copy);
        });
        File.Copy(Path.Combine(_directory.Path, file), Path.Combine(Data, file), overwrite: true);

        await RefusedAsync(fault);
    }

    [Fact]
    public async Task An_older_copy_of_both_files_is_a_backup()
    {
        await OpenAsync(Fill);
        CopyAll(Data, Path.Combine(_directory.Path, "backup"));
        await OpenAsync(Fill);

        await OpenAsync(store => AssertWhole(store), data: Path.Combine(_directory.Path, "backup"));
    }

    [Fact]
    public async Task Files_of_a_server_that_was_killed_open()
    {
        string killed = Path.Combine(_directory.Path, "killed");
        await OpenAsync(store =>
        {
            Fill(store);
            CopyAll(Data, killed); // as they stand at the end of the process
        });

        await OpenAsync(store => Assert.Equal(1L, Count(killed, "journal")), data: killed);
    }

    [Fact]
    public async Task Files_of_two_stores_do_not_pass_for_one()
    {
        string other = Path.Combine(_directory.Path, "other");
        await OpenAsync(Fill);
        await OpenAsync(Fill, data: other);
        File.Copy(Path.Combine(other, "snapshots.db"), Path.Combine(Data, "snapshots.db"), overwrite: true);

        await RefusedAsync("the journal and the snapshots are of two stores");
    }

    [Fact]
    public async Task Files_of_an_earlier_version_are_sealed()
    {
        await OpenAsync(Fill);
        Array.ForEach(["journal.db", "snapshots.db"], file => Execute(Path.Combine(Data, file), "DROP TABLE registry_store"));

        await OpenAsync(store => AssertWhole(store));
        File.Delete(Path.Combine(Data, "journal.db"));

        await RefusedAsync("the journal is lost, and the snapshots are there");
    }

    [Fact]
    public async Task Snapshots_without_a_seal_beside_a_journal_that_was_sealed_long_ago_are_of_another_time()
    {
        await OpenAsync(Fill);
        Execute(Path.Combine(Data, "snapshots.db"), "DROP TABLE registry_store");

        await RefusedAsync("the snapshots are of an earlier time than the journal, or of another store");
    }

    [Fact]
    public async Task A_process_that_ended_between_the_two_seals_leaves_files_that_open()
    {
        await OpenAsync(Fill);
        using (var connection = new SqliteConnection($"Data Source={Path.Combine(Data, "journal.db")};Pooling=False"))
        {
            connection.Open();
            SqliteSeal.Write(connection, SqliteSeal.Read(connection)!.Next(SealPhase.Sealing));
        }

        await OpenAsync(store => AssertWhole(store));
    }

    [Fact]
    public async Task The_log_of_a_file_that_is_lost_is_not_thrown_away()
    {
        await OpenAsync(Fill);
        string journal = Path.Combine(Data, "journal.db");
        File.Delete(journal);
        await File.WriteAllTextAsync(journal + "-wal", "what was committed last");

        RegistryStartException refused = await Assert.ThrowsAsync<RegistryStartException>(() => OpenAsync(_ => { }));

        Assert.Equal(
            $"The database file '{journal}' is lost, and its log '{journal}-wal' is there: bring the file back, or move the log away.",
            refused.Message);
        Assert.Equal("what was committed last", await File.ReadAllTextAsync(journal + "-wal"));
    }

    [Fact]
    public async Task A_file_whose_end_is_cut_off_stops_the_start()
    {
        await OpenAsync(Fill);
        string journal = Path.Combine(Data, "journal.db");
        using (FileStream file = File.OpenWrite(journal))
        {
            file.SetLength(file.Length / 2);
        }

        RegistryStartException refused = await Assert.ThrowsAsync<RegistryStartException>(() => OpenAsync(_ => { }));

        Assert.StartsWith($"The file '{journal}' is damaged or no database", refused.Message, StringComparison.Ordinal);
    }

    private static void AssertWhole(IRegistryStore store) =>
        Assert.DoesNotContain(store.Remarks, remark => remark.Contains("not whole", StringComparison.Ordinal));

    // As the persistence plugin and its owners leave them behind.
    private static void Fill(IRegistryStore store)
    {
        Execute(
            store.Events!,
            "INSERT INTO journal (created, deleted, persistence_id, sequence_number, message) VALUES (0, 0, hex(randomblob(8)), 1, x'00')");
        Execute(
            store.Snapshots!, "INSERT INTO snapshot (persistence_id, sequence_number, created) VALUES (hex(randomblob(8)), 1, 0)");
    }

    private static void Execute(StoreDatabase data, string statements)
    {
        using DataConnection connection = data.Connect();
        connection.Execute(statements);
    }

    private static void Execute(string file, string statement)
    {
        using var connection = new SqliteConnection($"Data Source={file};Pooling=False");
        connection.Open();
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = statement;
        command.ExecuteNonQuery();
    }

    private static long Count(string data, string table)
    {
        using var connection = new SqliteConnection($"Data Source={Path.Combine(data, table + ".db")};Pooling=False");
        connection.Open();
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = $"SELECT count(*) FROM {table}";
        return (long)command.ExecuteScalar()!;
    }

    private static void CopyAll(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (string file in Directory.GetFiles(from).Where(file => !file.EndsWith(".lock", StringComparison.Ordinal)))
        {
            using FileStream source = new(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            using FileStream copy = File.Create(Path.Combine(to, Path.GetFileName(file)));
            source.CopyTo(copy);
        }
    }

    private async Task OpenAsync(Action<IRegistryStore> use, string? acceptedLoss = null, string? data = null)
    {
        using var store = new SqliteStore(data ?? Data, acceptedLoss);
        await store.PrepareAsync(CancellationToken.None);
        use(store);
        Assert.Null(store.Fault);
    }

    // Answers the word that accepts it.
    private async Task<string> RefusedAsync(string fault, string? acceptedLoss = null)
    {
        RegistryStartException refused = await Assert.ThrowsAsync<RegistryStartException>(() => OpenAsync(_ => { }, acceptedLoss));
        Assert.StartsWith(
            $"The registry's data in the directory '{Data}' is not whole: {fault}. ", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', refused.Message);
        return Word().Match(refused.Message).Groups["word"].Value;
    }

    [GeneratedRegex("--accept-loss (?<word>[0-9a-f]{8}) ")]
    private static partial Regex Word();
}
