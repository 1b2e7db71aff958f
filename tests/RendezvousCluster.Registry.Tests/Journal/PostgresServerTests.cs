using Npgsql;
using RendezvousCluster.Registry.Journal;
using RendezvousCluster.Testing.Databases;

namespace RendezvousCluster.Registry.Tests.Journal;

[Collection(PostgresCollection.Name)]
public sealed class PostgresServerTests(TestPostgres server) : ServerStoreTests(server)
{
    private protected override RegistryStorage Storage => RegistryStorage.Postgres;

    [Fact]
    public void Our_defaults_stand_behind_what_the_operator_gave()
    {
        var given = new NpgsqlConnectionStringBuilder(new PostgresServer("Host=db.example;Database=r;Maximum Pool Size=3").ConnectionString);

        Assert.Equal(3, given.MaxPoolSize);
        Assert.Equal(ServerConnections.ConnectSeconds, given.Timeout);
        Assert.Equal(ServerConnections.CommandSeconds, given.CommandTimeout);
        Assert.Equal(
            ServerConnections.MaxPoolSize, new NpgsqlConnectionStringBuilder(new PostgresServer("Host=db.example;Database=r").ConnectionString).MaxPoolSize);
    }

    private protected override string NothingListens => "Connection refused";

    private protected override string Place(string database) => $"PostgreSQL database '{database}' on 127.0.0.1:{server.Port}";

    private protected override string NameOf(string connectionString) => new NpgsqlConnectionStringBuilder(connectionString).Database!;

    private protected override string CreateUser(string name) => $"CREATE USER {name} PASSWORD '{TestDatabaseServer.Password}'";

    private protected override string GrantUse(string name) =>
        $"GRANT SELECT, INSERT, UPDATE, DELETE ON journal, snapshot TO {name}; GRANT SELECT ON registry_store TO {name}; "
        + $"GRANT USAGE ON SEQUENCE journal_ordering_seq TO {name}";
}
