using MySqlConnector;
using RendezvousCluster.Registry.Journal;
using RendezvousCluster.Testing.Databases;

namespace RendezvousCluster.Registry.Tests.Journal;

[Collection(MariaDbCollection.Name)]
public sealed class MySqlServerTests(TestMariaDb server) : ServerStoreTests(server)
{
    private protected override RegistryStorage Storage => RegistryStorage.MySql;

    [Fact]
    public void Our_defaults_stand_behind_what_the_operator_gave()
    {
        var given = new MySqlConnectionStringBuilder(new MySqlServer("Server=db.example;Database=r;Maximum Pool Size=3").ConnectionString);

        Assert.Equal(3u, given.MaximumPoolSize);
        Assert.Equal((uint)ServerConnections.ConnectSeconds, given.ConnectionTimeout);
        Assert.Equal((uint)ServerConnections.CommandSeconds, given.DefaultCommandTimeout);
        Assert.Equal(
            (uint)ServerConnections.MaxPoolSize,
            new MySqlConnectionStringBuilder(new MySqlServer("Server=db.example;Database=r").ConnectionString).MaximumPoolSize);
    }

    [Fact]
    public async Task For_a_server_that_could_not_take_a_large_snapshot_the_operator_reads_what_to_set()
    {
        string database = await server.CreateDatabaseAsync();
        await server.ExecuteAsync(database, "SET GLOBAL max_allowed_packet = 16777216");
        try
        {
            RegistryStartException refused = await Assert.ThrowsAsync<RegistryStartException>(() => PrepareAsync(database));

            Assert.Equal(
                $"The database server 127.0.0.1:{server.Port} takes packets of 16777216 bytes, less than a large snapshot: "
                + "set max_allowed_packet to at least 67108864.",
                refused.Message);
        }
        finally
        {
            await server.ExecuteAsync(database, "SET GLOBAL max_allowed_packet = 67108864");
        }
    }

    [Fact]
    public async Task A_server_that_demands_a_primary_key_of_every_table_takes_ours()
    {
        string database = await server.CreateDatabaseAsync();
        await server.ExecuteAsync(database, "SET GLOBAL innodb_force_primary_key = ON");
        try
        {
            await Assert.ThrowsAnyAsync<MySqlException>(
                () => server.ExecuteAsync(database, "CREATE TABLE without_key (id int) ENGINE = InnoDB"));

            await PrepareAsync(database);

            using IRegistryStore store = Create(database);
            Assert.True(await store.TakesWritesAsync(CancellationToken.None));
        }
        finally
        {
            await server.ExecuteAsync(database, "SET GLOBAL innodb_force_primary_key = OFF");
        }
    }

    private protected override string NothingListens => "nothing accepts connections there";

    private protected override string CurrentSchema => "database()";

    private protected override string Place(string database) => $"MySQL database '{database}' on 127.0.0.1:{server.Port}";

    private protected override string NameOf(string connectionString) => new MySqlConnectionStringBuilder(connectionString).Database;

    // The server does not even let a user in who has no right at all in a database.
    private protected override string CreateUser(string name) =>
        $"CREATE USER {name}@'127.0.0.1' IDENTIFIED BY '{TestDatabaseServer.Password}'; GRANT SELECT ON * TO {name}@'127.0.0.1'";

    private protected override string GrantUse(string name) => $"GRANT SELECT, INSERT, UPDATE, DELETE ON * TO {name}@'127.0.0.1'";
}
