using System.Data.Common;
using Akka;
using Akka.Actor;
using Akka.Actor.Setup;
using Akka.Configuration;
using Akka.Persistence;
using Akka.Persistence.Sql.Config;
using Akka.Persistence.Sql.Journal;
using Akka.Persistence.Sql.Snapshot;
using Akka.TestKit.Xunit2;
using RendezvousCluster.Registry.Hosting;
using RendezvousCluster.Registry.Journal;
using RendezvousCluster.Testing;
using RendezvousCluster.Testing.Databases;

namespace RendezvousCluster.Registry.Tests.Journal;

/// <summary>
/// Our journal and snapshot store leave in the tables what the persistence plugin's own leave there, and each reads what the other wrote:
/// an operator can go back a version, and the plugin's tools work.
/// </summary>
public abstract class PluginTablesTests : TestsOnAStore
{
    private static readonly object[][] Histories =
    [
        [new TableKeeper.Write(5)],
        [new TableKeeper.Write(1), new TableKeeper.Write(4), new TableKeeper.Trim(3)],
        [new TableKeeper.Write(5), new TableKeeper.Trim(5)],
        [new TableKeeper.Write(5), new TableKeeper.Trim(long.MaxValue), new TableKeeper.Write(2)],
        [new TableKeeper.Write(5), new TableKeeper.Trim(5), new TableKeeper.Trim(2), new TableKeeper.Write(2), new TableKeeper.Trim(6)],
        [new TableKeeper.Write(2), new TableKeeper.Trim(0)],
        [new TableKeeper.Trim(long.MaxValue)],
        [new TableKeeper.Write(2_100), new TableKeeper.Trim(2_050), new TableKeeper.Write(1)],
        [new TableKeeper.Write(3), new TableKeeper.Save(1), new TableKeeper.Write(2)],
        [new TableKeeper.Write(3), new TableKeeper.Save(1), new TableKeeper.Save(2)],
        [new TableKeeper.Write(3), new TableKeeper.Save(1), new TableKeeper.Write(1), new TableKeeper.Save(2), new TableKeeper.Drop(3)],
        [new TableKeeper.Write(3), new TableKeeper.Save(1), new TableKeeper.Write(1), new TableKeeper.Save(2), new TableKeeper.Drop(4)],
        [new TableKeeper.Write(3), new TableKeeper.Save(1), new TableKeeper.Write(1), new TableKeeper.Save(2), new TableKeeper.DropTo(3)],
        [new TableKeeper.Write(3), new TableKeeper.Save(1), new TableKeeper.DropTo(long.MaxValue), new TableKeeper.Trim(3)],
    ];

    private static readonly SnapshotSelectionCriteria[] Selections =
    [
        SnapshotSelectionCriteria.Latest,
        SnapshotSelectionCriteria.None,
        new(3),
        new(long.MaxValue, DateTime.UtcNow.AddDays(-1)),
        new(3, DateTime.UtcNow.AddDays(1)),
    ];

    [Fact]
    public async Task The_same_history_leaves_the_same_rows_and_either_reads_them()
    {
        TestKit plugin = StartPlugin();
        try
        {
            foreach ((int number, object[] history) in Histories.Index())
            {
                string ours = $"ours {number}";
                string theirs = $"theirs {number}";
                await PlayAsync(System.Kit.Sys, ours, history);
                await PlayAsync(plugin.Sys, theirs, history);

                IReadOnlyList<string> rows = await RowsAsync(theirs);
                Assert.Equal(rows.Prepend(ours), (await RowsAsync(ours)).Prepend(ours));
                foreach (SnapshotSelectionCriteria selection in Selections)
                {
                    IReadOnlyList<string> expected = await RecallAsync(plugin.Sys, theirs, selection);
                    Assert.Equal(expected, await RecallAsync(System.Kit.Sys, ours, selection));
                    Assert.Equal(expected, await RecallAsync(System.Kit.Sys, theirs, selection));
                    Assert.Equal(expected, await RecallAsync(plugin.Sys, ours, selection));
                }
            }
        }
        finally
        {
            plugin.Shutdown();
        }
    }

    [Fact]
    public async Task Either_goes_on_where_the_other_one_left_off()
    {
        TestKit plugin = StartPlugin();
        try
        {
            object[] part = [new TableKeeper.Write(3), new TableKeeper.Save(1), new TableKeeper.Trim(2)];
            foreach (ActorSystem system in new[] { plugin.Sys, System.Kit.Sys, plugin.Sys, System.Kit.Sys })
            {
                await PlayAsync(system, "both", part);
            }

            Assert.Equal(
                ["snapshot 12 of 1", "end 12"], await RecallAsync(System.Kit.Sys, "both", SnapshotSelectionCriteria.Latest));
            Assert.Equal(
                await RecallAsync(plugin.Sys, "both", SnapshotSelectionCriteria.None),
                await RecallAsync(System.Kit.Sys, "both", SnapshotSelectionCriteria.None));
        }
        finally
        {
            plugin.Shutdown();
        }
    }

    // The plugin as it comes, with our serializer.
    private TestKit StartPlugin()
    {
        Config config = ConfigurationFactory.ParseString(
            $$"""
            akka.actor.provider = local
            akka.loglevel = OFF
            akka.persistence {
              journal.sql.class = "{{NameOf(typeof(SqlWriteJournal))}}"
              snapshot-store.sql.class = "{{NameOf(typeof(SqlSnapshotStore))}}"
            }
            """).WithFallback(RegistryConfiguration.For(System.Store, new RegistryOptions()));
        var data = new MultiDataOptionsSetup();
        data.AddDataOptions("akka.persistence.journal.sql", System.Store.Events!.ToDataOptions());
        data.AddDataOptions("akka.persistence.snapshot-store.sql", System.Store.Snapshots!.ToDataOptions());
        return new TestKit(ActorSystemSetup.Create(BootstrapSetup.Create().WithConfig(config), data));
    }

    private static async Task PlayAsync(ActorSystem system, string id, IEnumerable<object> things)
    {
        IActorRef keeper = system.ActorOf(TableKeeper.Props(id, SnapshotSelectionCriteria.Latest));
        foreach (object thing in things)
        {
            await keeper.Ask<Done>(thing, TestTimeouts.Default);
        }

        Assert.True(await keeper.GracefulStop(TestTimeouts.Default));
    }

    private static async Task<IReadOnlyList<string>> RecallAsync(ActorSystem system, string id, SnapshotSelectionCriteria selection)
    {
        IActorRef keeper = system.ActorOf(TableKeeper.Props(id, selection));
        IReadOnlyList<string> recovered = await keeper.Ask<IReadOnlyList<string>>(Done.Instance, TestTimeouts.Default);
        Assert.True(await keeper.GracefulStop(TestTimeouts.Default));
        return recovered;
    }

    private static string NameOf(Type type) => $"{type.FullName}, {type.Assembly.GetName().Name}";

    // All that does not depend on the writer; each owner of ours has an id, where the plugin notes itself.
    private async Task<IReadOnlyList<string>> RowsAsync(string id) =>
    [
        .. await RowsAsync(
            System.Store.Events!,
            "SELECT sequence_number, deleted, identifier, manifest, message, tags FROM journal WHERE persistence_id = @id ORDER BY 1",
            id,
            row => $"event {row.GetInt64(0)} {row.GetBoolean(1)} {row.GetInt32(2)} {row.GetString(3)} "
                + $"{Convert.ToHexString(row.GetFieldValue<byte[]>(4))} '{row.GetString(5)}'"),
        .. await RowsAsync(
            System.Store.Snapshots!,
            "SELECT sequence_number, serializer_id, manifest, snapshot FROM snapshot WHERE persistence_id = @id ORDER BY 1",
            id,
            row => $"snapshot {row.GetInt64(0)} {row.GetInt32(1)} {row.GetString(2)} "
                + Convert.ToHexString(row.GetFieldValue<byte[]>(3))),
    ];

    private static async Task<List<string>> RowsAsync(StoreDatabase database, string text, string id, Func<DbDataReader, string> read)
    {
        await using DbConnection connection = await database.OpenAsync(CancellationToken.None);
        await using DbCommand command = connection.NewCommand(text).With("@id", id);
        await using DbDataReader row = await command.ExecuteReaderAsync();
        var rows = new List<string>();
        while (await row.ReadAsync())
        {
            rows.Add(read(row));
        }

        return rows;
    }
}

public sealed class SqlitePluginTablesTests : PluginTablesTests
{
    private protected override Task<TestStore> NewStoreAsync() => Task.FromResult(TestStore.Sqlite());
}

[Collection(PostgresCollection.Name)]
public sealed class PostgresPluginTablesTests(TestPostgres server) : PluginTablesTests
{
    private protected override Task<TestStore> NewStoreAsync() => TestStore.OnAsync(server);
}

[Collection(MariaDbCollection.Name)]
public sealed class MariaDbPluginTablesTests(TestMariaDb server) : PluginTablesTests
{
    private protected override Task<TestStore> NewStoreAsync() => TestStore.OnAsync(server);
}
