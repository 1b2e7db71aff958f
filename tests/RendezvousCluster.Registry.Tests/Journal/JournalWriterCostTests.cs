using System.Data;
using System.Data.Common;
using RendezvousCluster.Registry.Hosting;
using RendezvousCluster.Registry.Journal;
using RendezvousCluster.Testing;
using RendezvousCluster.Testing.Databases;

namespace RendezvousCluster.Registry.Tests.Journal;

/// <summary>A write that demands the row before it waits for the database no more often than one that demands nothing.</summary>
public abstract class JournalWriterCostTests(TestDatabaseServer server)
{
    private const int Writes = 20;

    /// <summary>How often a write waits: for the connection that it takes, the begin, the rows and the commit.</summary>
    protected abstract int RoundTrips { get; }

    [Theory]
    [InlineData(1)]
    [InlineData(40)]
    public async Task A_write_waits_for_the_database_as_often_as_its_transaction_does(int rows)
    {
        using TestStore place = await TestStore.OnAsync(server);
        var options = new RegistryOptions();
        place.Configure(options);
        await using var way = new CountingWay(server.Port);
        var connection = new DbConnectionStringBuilder { ConnectionString = server.WithoutTimeLimits(options.ConnectionString) };
        connection["Port"] = way.Port;
        using IRegistryStore store = RegistryStores.Create(options.Storage, options.DataDirectory, connection.ConnectionString);
        await store.PrepareAsync(CancellationToken.None).Within();
        var writer = new JournalWriter(store.NewTransactions(IsolationLevel.ReadCommitted), 1, 50, CancellationToken.None);
        await writer.WriteAsync(Write(0, rows)).Within(); // opens the connection

        int before = way.RoundTrips;
        for (int write = 1; write <= Writes; write++)
        {
            await writer.WriteAsync(Write(write * rows, rows) with { FollowsOwn = true }).Within();
        }

        // On a busy machine the parts of a large request can pass on either side of an early answer, now and then.
        Assert.InRange(way.RoundTrips - before, RoundTrips * Writes, (RoundTrips * Writes) + (Writes / 2));
    }

    private static JournalWrite Write(long predecessor, int rows) => new(
        "a",
        predecessor,
        [.. Enumerable.Range(1, rows).Select(row => new JournalWrite.Row(predecessor + row, 7301, "er", new byte[200], "writer"))]);
}

[Collection(PostgresCollection.Name)]
public sealed class PostgresJournalWriterCostTests(TestPostgres server) : JournalWriterCostTests(server)
{
    /// <summary>BEGIN goes with the rows.</summary>
    protected override int RoundTrips => 2;
}

[Collection(MariaDbCollection.Name)]
public sealed class MariaDbJournalWriterCostTests(TestMariaDb server) : JournalWriterCostTests(server)
{
    /// <summary>The driver resets the connection and begins the transaction before.</summary>
    protected override int RoundTrips => 4;
}
