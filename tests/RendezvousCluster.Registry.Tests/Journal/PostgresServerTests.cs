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
