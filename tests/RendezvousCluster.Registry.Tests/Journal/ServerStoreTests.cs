using System.Text.RegularExpressions;
using LinqToDB.Data;
using RendezvousCluster.Registry.Journal;
using RendezvousCluster.Testing;
using RendezvousCluster.Testing.Databases;

namespace RendezvousCluster.Registry.Tests.Journal;

/// <summary>What an operator meets when she points a server at a database, right or wrong.</summary>
public abstract class ServerStoreTests(TestDatabaseServer server)
{
    private const string Powerless = "powerless";

    [Fact]
    public async Task The_tables_are_made_once_however_many_nodes_start_together()
    {
        string database = await server.CreateDatabaseAsync();

        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => PrepareAsync(database))).Within();

        using IRegistryStore store = Create(database);
        Assert.True(await store.AnswersAsync(CancellationToken.None));
        Assert.All(await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => store.TakesWritesAsync(CancellationToken.None)))
            .Within(), Assert.True);
        await using DataConnection journal = store.Events!.Connect();
        Assert.Equal(0, await journal.ExecuteAsync<int>("SELECT count(*) FROM journal"));
        await using DataConnection snapshots = store.Snapshots!.Connect();
        Assert.Equal(0, await snapshots.ExecuteAsync<int>("SELECT count(*) FROM snapshot"));
    }

    [Fact]
    public async Task A_user_who_may_not_create_tables_can_use_existing_ones()
    {
        string database = await server.CreateDatabaseAsync();
        await server.ExecuteAsync(database, CreateUser(Powerless));
        string asPowerless = server.ConnectionString(NameOf(database), Powerless);

        RegistryStartException refused = await Assert.ThrowsAsync<RegistryStartException>(() => PrepareAsync(asPowerless));
        Assert.Equal($"User '{Powerless}' may not create or use the tables in the {Place(NameOf(database))}.", refused.Message);

        await PrepareAsync(database);
        await server.ExecuteAsync(database, GrantUse(Powerless));
        await PrepareAsync(asPowerless);
        using IRegistryStore store = Create(asPowerless);
        Assert.True(await store.TakesWritesAsync(CancellationToken.None));
    }

    /// <summary>
    /// A server may demand it of every table: for replication, or by sql_require_primary_key and innodb_force_primary_key.
    /// </summary>
    [Fact]
    public async Task Every_table_has_a_primary_key()
    {
        string database = await server.CreateDatabaseAsync();

        await PrepareAsync(database);

        Assert.Equal(3L, Convert.ToInt64(await server.QueryAsync(database, CountKeys)));
    }

    [Fact]
    public async Task A_table_that_an_earlier_version_made_without_a_key_gets_one_and_stays_the_same_store()
    {
        string database = await server.CreateDatabaseAsync();
        await PrepareAsync(database);
        await server.ExecuteAsync(
            database,
            "DROP TABLE registry_store; CREATE TABLE registry_store (id varchar(36) NOT NULL); INSERT INTO registry_store (id) VALUES "
            + "('before')");

        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => PrepareAsync(database))).Within();

        Assert.Equal(3L, Convert.ToInt64(await server.QueryAsync(database, CountKeys)));
        Assert.Equal("before", await server.QueryAsync(database, "SELECT id FROM registry_store"));
    }

    [Fact]
    public async Task A_user_who_may_not_alter_tables_works_on_without_the_key()
    {
        string database = await server.CreateDatabaseAsync();
        await PrepareAsync(database);
        await server.ExecuteAsync(
            database,
            "DROP TABLE registry_store; CREATE TABLE registry_store (id varchar(36) NOT NULL); INSERT INTO registry_store (id) VALUES "
            + "('before')");
        await server.ExecuteAsync(database, CreateUser("keyless"));
        await server.ExecuteAsync(database, GrantUse("keyless"));

        using IRegistryStore store = Create(server.ConnectionString(NameOf(database), "keyless"));
        await store.PrepareAsync(CancellationToken.None);

        Assert.Equal("before", store.Identity);
        Assert.True(await store.TakesWritesAsync(CancellationToken.None));
        Assert.Equal(2L, Convert.ToInt64(await server.QueryAsync(database, CountKeys)));
    }

    [Fact]
    public async Task The_failure_of_a_look_is_reported_without_the_password_until_one_succeeds()
    {
        string database = await server.CreateDatabaseAsync();
        await PrepareAsync(database);
        using IRegistryStore store = Create(database);
        await server.ExecuteAsync(database, "ALTER TABLE journal RENAME TO aside");

        Assert.False(await store.TakesWritesAsync(CancellationToken.None));

        Assert.Contains("journal", store.Trouble, StringComparison.Ordinal);
        Assert.DoesNotContain(TestDatabaseServer.Password, store.Trouble, StringComparison.Ordinal);
        await server.ExecuteAsync(database, "ALTER TABLE aside RENAME TO journal");
        Assert.True(await store.TakesWritesAsync(CancellationToken.None));
        Assert.Null(store.Trouble);
    }

    [Theory]
    [InlineData("DROP TABLE journal", "the table 'journal' is gone, and 'snapshot' is there")]
    [InlineData("DROP TABLE snapshot", "the table 'snapshot' is gone, and 'journal' is there")]
    [InlineData("DROP TABLE journal; DROP TABLE snapshot", "the tables 'journal' and 'snapshot' are gone")]
    [InlineData("DELETE FROM journal", "the table 'journal' is empty, and 'snapshot' is not")]
    [InlineData("DELETE FROM snapshot; DROP TABLE journal", "the table 'journal' is gone")]
    [InlineData("DELETE FROM journal; DROP TABLE snapshot", "the table 'snapshot' is gone")]
    public async Task A_table_that_is_gone_stops_the_start_until_the_operator_accepts_just_that(string loss, string fault)
    {
        string database = await server.CreateDatabaseAsync();
        await PrepareAsync(database);
        await server.ExecuteAsync(
            database,
            "INSERT INTO journal (created, deleted, persistence_id, sequence_number, message) VALUES (1, false, 'a', 1, ''); "
            + "INSERT INTO snapshot (created, persistence_id, sequence_number, snapshot) VALUES (1, 'a', 1, '')");
        await PrepareAsync(database);
        await server.ExecuteAsync(database, loss);

        RegistryStartException refused = await Assert.ThrowsAsync<RegistryStartException>(() => PrepareAsync(database));

        Assert.StartsWith(
            $"The registry's data in the {Place(NameOf(database))} is not whole: {fault}. ", refused.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<RegistryStartException>(() => PrepareAsync(database, "00000000"));
        string word = Regex.Match(refused.Message, "--accept-loss ([0-9a-f]{8}) ").Groups[1].Value;
        using IRegistryStore store = Create(database, word);
        await store.PrepareAsync(CancellationToken.None);
        Assert.Contains(fault, Assert.Single(store.Remarks), StringComparison.Ordinal);
        Assert.True(await store.TakesWritesAsync(CancellationToken.None));
    }

    private string CountKeys => "SELECT count(*) FROM information_schema.table_constraints WHERE constraint_type = 'PRIMARY KEY' "
        + $"AND table_name IN ('journal', 'snapshot', 'registry_store') AND table_schema = {CurrentSchema}";

    [Fact]
    public async Task A_probe_leaves_nothing_behind_and_one_that_is_not_taken_is_reported()
    {
        string database = await server.CreateDatabaseAsync();
        await PrepareAsync(database);
        using IRegistryStore store = Create(database);

        Assert.True(await store.TakesWritesAsync(CancellationToken.None));

        await using DataConnection journal = store.Events!.Connect();
        Assert.Equal(0, await journal.ExecuteAsync<int>("SELECT count(*) FROM journal"));
        await journal.ExecuteAsync("DROP TABLE journal");
        Assert.False(await store.TakesWritesAsync(CancellationToken.None));
    }

    [Fact]
    public async Task A_look_that_is_cancelled_does_not_report_the_store_as_away()
    {
        string database = await server.CreateDatabaseAsync();
        await PrepareAsync(database);
        using IRegistryStore store = Create(database);
        var asksNoMore = new CancellationToken(canceled: true);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => store.AnswersAsync(asksNoMore));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => store.TakesWritesAsync(asksNoMore));
    }

    [Fact]
    public async Task A_wrong_password_is_reported_without_repeating_it()
    {
        string database = await server.CreateDatabaseAsync();

        RegistryStartException refused = await Assert.ThrowsAsync<RegistryStartException>(
            () => PrepareAsync(server.ConnectionString(NameOf(database), password: "not-the-password")));

        Assert.Equal(
            $"The database server 127.0.0.1:{server.Port} does not let user '{TestDatabaseServer.User}' in: wrong password, unknown "
            + "user, or not allowed from here.",
            refused.Message);
    }

    [Fact]
    public async Task A_missing_database_is_reported()
    {
        RegistryStartException refused =
            await Assert.ThrowsAsync<RegistryStartException>(() => PrepareAsync(server.ConnectionString("nowhere")));

        Assert.Equal($"There is no database 'nowhere' on 127.0.0.1:{server.Port}; create it.", refused.Message);
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_reported_and_does_not_answer()
    {
        string connectionString = server.ConnectionString("any").Replace($"{server.Port}", "1", StringComparison.Ordinal);

        RegistryStartException refused = await Assert.ThrowsAsync<RegistryStartException>(() => PrepareAsync(connectionString));

        Assert.Equal($"The database server 127.0.0.1:1 cannot be reached: {NothingListens}.", refused.Message);
        using IRegistryStore store = Create(connectionString);
        Assert.False(await store.AnswersAsync(CancellationToken.None));
        Assert.False(await store.TakesWritesAsync(CancellationToken.None));
    }

    [Fact]
    public async Task A_host_that_does_not_exist_is_reported()
    {
        string connectionString = server.ConnectionString("any").Replace("127.0.0.1", "no-such-host.invalid", StringComparison.Ordinal);

        RegistryStartException refused = await Assert.ThrowsAsync<RegistryStartException>(() => PrepareAsync(connectionString));

        Assert.StartsWith(
            $"The database server no-such-host.invalid:{server.Port} cannot be reached: ", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', refused.Message);
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("Colour=blue;Password=secret")]
    public void An_invalid_connection_string_is_reported_without_repeating_it(string text)
    {
        RegistryStartException refused = Assert.Throws<RegistryStartException>(() => Create(text));

        Assert.StartsWith("The connection string cannot be understood; it reads like '", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", refused.ToString(), StringComparison.Ordinal);
        Assert.Null(refused.InnerException);
    }

    [Fact]
    public void A_connection_string_without_a_host_or_database_is_reported()
    {
        Assert.Contains(" names no ", Assert.Throws<RegistryStartException>(() => Create(string.Empty)).Message, StringComparison.Ordinal);
        Assert.Contains(
            "names no database;", Assert.Throws<RegistryStartException>(() => Create("Server=db.example;Password=secret")).Message,
            StringComparison.Ordinal);
    }

    private protected abstract RegistryStorage Storage { get; }

    /// <summary>The driver's words for it.</summary>
    private protected abstract string NothingListens { get; }

    /// <summary>Where our tables are, in SQL.</summary>
    private protected abstract string CurrentSchema { get; }

    private protected abstract string Place(string database);

    private protected abstract string NameOf(string connectionString);

    private protected abstract string CreateUser(string name);

    private protected abstract string GrantUse(string name);

    private protected IRegistryStore Create(string connectionString, string? acceptedLoss = null) =>
        RegistryStores.Create(Storage, dataDirectory: "", connectionString, acceptedLoss);

    private protected async Task PrepareAsync(string connectionString, string? acceptedLoss = null)
    {
        using IRegistryStore store = Create(connectionString, acceptedLoss);
        await store.PrepareAsync(CancellationToken.None);
    }
}
