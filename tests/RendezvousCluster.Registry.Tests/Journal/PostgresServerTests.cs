using System.Data.Common;
using Npgsql;
using RendezvousCluster.Registry.Journal;
using RendezvousCluster.Testing;
using RendezvousCluster.Testing.Databases;

namespace RendezvousCluster.Registry.Tests.Journal;

[Collection(PostgresCollection.Name)]
public sealed class PostgresServerTests(TestPostgres server) : ServerStoreTests(server)
{
    private protected override RegistryStorage Storage => RegistryStorage.Postgres;

    [Fact]
    public void Our_defaults_stand_behind_what_the_operator_gave()
    {
        var given = new NpgsqlConnectionStringBuilder(
            new PostgresServer("Host=db.example;Database=r;Maximum Pool Size=3").ConnectionString);

        Assert.Equal(3, given.MaxPoolSize);
        Assert.Equal(ServerConnections.ConnectSeconds, given.Timeout);
        Assert.Equal(ServerConnections.CommandSeconds, given.CommandTimeout);
        Assert.Equal($"-c idle_in_transaction_session_timeout={PostgresServer.LongestPause.TotalMilliseconds}", given.Options);
        Assert.Equal(
            "-c a=b",
            new NpgsqlConnectionStringBuilder(new PostgresServer("Host=db.example;Database=r;Options=-c a=b").ConnectionString).Options);
        Assert.Equal(
            ServerConnections.MaxPoolSize,
            new NpgsqlConnectionStringBuilder(new PostgresServer("Host=db.example;Database=r").ConnectionString).MaxPoolSize);
    }

    [Fact]
    public async Task A_database_that_is_read_only_is_named()
    {
        string database = await server.CreateDatabaseAsync();
        await PrepareAsync(database);
        await server.ExecuteAsync(database, $"ALTER DATABASE {NameOf(database)} SET default_transaction_read_only = on");
        using IRegistryStore store = Create(database);

        Assert.False(await store.TakesWritesAsync(CancellationToken.None));

        Assert.Equal(
            $"The {Place(NameOf(database))} is read-only: it is a standby of another server, or default_transaction_read_only is on.",
            store.Trouble);
        Assert.True(await store.AnswersAsync(CancellationToken.None));
    }

    [Fact]
    public async Task A_server_at_capacity_is_named()
    {
        string database = await server.CreateDatabaseAsync();
        await PrepareAsync(database);
        await server.ExecuteAsync(database, CreateUser("crowded"));
        await server.ExecuteAsync(database, GrantUse("crowded") + "; ALTER ROLE crowded CONNECTION LIMIT 1");
        string crowded = server.ConnectionString(NameOf(database), "crowded");
        await using var only = new NpgsqlConnection(crowded + ";Pooling=false");
        await only.OpenAsync();
        using IRegistryStore store = Create(crowded);

        Assert.False(await store.AnswersAsync(CancellationToken.None));
        RegistryStartException refused = await Assert.ThrowsAsync<RegistryStartException>(() => PrepareAsync(crowded));

        Assert.Equal(
            $"The database server 127.0.0.1:{server.Port} is at capacity: its connections, or those that user 'crowded' may have, are all "
            + "in use.",
            store.Trouble);
        Assert.Equal(store.Trouble, refused.Message);
    }

    [Fact]
    public async Task Every_user_learns_which_instance_answers()
    {
        string database = await server.CreateDatabaseAsync();
        await PrepareAsync(database);
        await server.ExecuteAsync(database, CreateUser("curious"));
        await server.ExecuteAsync(database, GrantUse("curious"));
        using IRegistryStore store = Create(server.ConnectionString(NameOf(database), "curious"));

        Assert.True(await store.AnswersAsync(CancellationToken.None));

        Assert.Equal("1", store.Instance?.Timeline);
        Assert.Matches("^[0-9]{10,}$", store.Instance?.Server);
    }

    /// <summary>As one that is left behind by a node that was cut off, or stopped, between the rows and the commit.</summary>
    [Fact]
    public async Task A_transaction_that_goes_on_no_more_is_ended_and_another_can_write_its_rows()
    {
        var database = new PostgresServer(await server.CreateDatabaseAsync());
        await using DbConnection left = database.CreateConnection();
        await left.OpenAsync();
        await database.CreateTablesAsync(left, CancellationToken.None);
        await using DbTransaction open = await left.BeginTransactionAsync();
        await WriteAsync(left, open);
        await using DbConnection next = database.CreateConnection();
        await next.OpenAsync();

        await WriteAsync(next, null).Within();

        await Assert.ThrowsAnyAsync<DbException>(() => open.CommitAsync());
    }

    [Fact]
    public async Task A_node_that_lags_while_it_makes_the_tables_does_not_fail_to_start()
    {
        var database = new PostgresServer(await server.CreateDatabaseAsync());
        await using DbConnection connection = database.CreateConnection();
        await connection.OpenAsync();
        await using DbCommand command = connection.CreateCommand();
        command.CommandText =
            """
            CREATE TABLE pauses (longest text);
            CREATE FUNCTION note_pause() RETURNS event_trigger LANGUAGE plpgsql AS
            $$ BEGIN INSERT INTO pauses VALUES (current_setting('idle_in_transaction_session_timeout')); END $$;
            CREATE EVENT TRIGGER note_pause ON ddl_command_end WHEN TAG IN ('CREATE TABLE') EXECUTE FUNCTION note_pause();
            """;
        await command.ExecuteNonQueryAsync();

        await database.CreateTablesAsync(connection, CancellationToken.None);

        command.CommandText = "SELECT DISTINCT longest FROM pauses";
        Assert.Equal("1min", await command.ExecuteScalarAsync());
        command.CommandText = "SHOW idle_in_transaction_session_timeout";
        Assert.Equal("3s", await command.ExecuteScalarAsync()); // for what follows on the connection
    }

    private static async Task WriteAsync(DbConnection connection, DbTransaction? transaction)
    {
        await using DbCommand command = connection.CreateCommand();
        command.Transaction = transaction;
        command.CommandText =
            "INSERT INTO journal (created, deleted, persistence_id, sequence_number, message) VALUES (0, false, 'ns1-a', 1, '')";
        await command.ExecuteNonQueryAsync();
    }

    private protected override string NothingListens => "Connection refused";

    private protected override string CurrentSchema => "current_schema()";

    private protected override string Place(string database) => $"PostgreSQL database '{database}' on 127.0.0.1:{server.Port}";

    private protected override string NameOf(string connectionString) => new NpgsqlConnectionStringBuilder(connectionString).Database!;

    private protected override string CreateUser(string name) => $"CREATE USER {name} PASSWORD '{TestDatabaseServer.Password}'";

    private protected override string GrantUse(string name) =>
        $"GRANT SELECT, INSERT, UPDATE, DELETE ON journal, snapshot TO {name}; GRANT SELECT ON registry_store TO {name}; "
        + $"GRANT USAGE ON SEQUENCE journal_ordering_seq TO {name}";
}
