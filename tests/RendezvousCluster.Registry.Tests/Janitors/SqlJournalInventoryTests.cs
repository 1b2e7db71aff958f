using Akka.Actor;
using Akka.Persistence;
using RendezvousCluster.Core.Namespaces;
using RendezvousCluster.Protocol;
using RendezvousCluster.Registry.Janitors;
using RendezvousCluster.Testing;
using RendezvousCluster.Testing.Databases;

namespace RendezvousCluster.Registry.Tests.Janitors;

/// <summary>The inventory over tables that the persistence plugin has written, in each database.</summary>
public abstract class SqlJournalInventoryTests : IAsyncLifetime
{
    private static readonly DateTimeOffset LongAgo = DateTimeOffset.UtcNow.AddDays(-1);
    private static readonly DateTimeOffset Ahead = DateTimeOffset.UtcNow.AddDays(1);

    private StoreTestKit? _system;

    private SqlJournalInventory Inventory => new(_system!.Store.Events!, _system.Store.Snapshots!);

    public async Task InitializeAsync() => _system = await StoreTestKit.StartAsync(await NewStoreAsync());

    public Task DisposeAsync()
    {
        _system?.Dispose();
        return Task.CompletedTask;
    }

    [Fact]
    public async Task Journals_that_are_old_through_and_through_are_found_in_parts()
    {
        foreach (string id in new[] { "ns1-c", "ns1-a", "dir1-00", "ns1-b" })
        {
            await WriteAsync(id, events: 2);
        }

        Assert.Empty((await Inventory.FindIdleAsync(string.Empty, LongAgo, 10, default)).Idle);
        (IReadOnlyList<IdleJournal> first, string? next) = await Inventory.FindIdleAsync(string.Empty, Ahead, 3, default);
        Assert.Equal(["dir1-00", "ns1-a", "ns1-b"], first.Select(journal => journal.PersistenceId).Order(StringComparer.Ordinal));
        Assert.All(first, journal => Assert.True(journal.HasEvents));
        Assert.Equal("ns1-b", next);
        (IReadOnlyList<IdleJournal> second, next) = await Inventory.FindIdleAsync(next!, Ahead, 3, default);
        Assert.Equal("ns1-c", Assert.Single(second).PersistenceId);
        Assert.Null(next);
    }

    [Fact]
    public async Task A_journal_with_one_young_event_is_not_idle()
    {
        await WriteAsync("ns1-a", events: 1);
        DateTimeOffset between = DateTimeOffset.UtcNow;
        await Task.Run(() => SpinWait.SpinUntil(() => DateTimeOffset.UtcNow > between));
        await WriteAsync("ns1-a", events: 1);
        await WriteAsync("ns1-b", events: 1);

        Assert.Empty((await Inventory.FindIdleAsync(string.Empty, between, 10, default)).Idle);
        Assert.Equal(2, (await Inventory.FindIdleAsync(string.Empty, Ahead, 10, default)).Idle.Count);
    }

    [Fact]
    public async Task The_newest_row_says_when_it_was_written()
    {
        DateTimeOffset before = DateTimeOffset.UtcNow;
        await WriteAsync("ns1-a", events: 2);

        Assert.InRange((await Inventory.FindNewestAsync(default))!.Value, before, DateTimeOffset.UtcNow);
    }

    [Fact]
    public async Task A_mark_goes_when_nothing_else_is_left_and_it_is_old()
    {
        IActorRef writer = await WriteAsync("ns1-a", events: 3);
        Assert.False(await Inventory.DropMarkAsync("ns1-a", Ahead, default)); // there are events
        await DeleteAllAsync(writer);
        IdleJournal journal = Assert.Single((await Inventory.FindIdleAsync(string.Empty, Ahead, 10, default)).Idle);
        Assert.False(journal.HasEvents);

        Assert.False(await Inventory.DropMarkAsync("ns1-a", LongAgo, default));
        Assert.Equal(1, await _system!.Rows.JournalRowsAsync());
        Assert.True(await Inventory.DropMarkAsync("ns1-a", Ahead, default));
        Assert.Equal(0, await _system.Rows.JournalRowsAsync());
    }

    [Fact]
    public async Task A_mark_stays_while_there_is_a_snapshot()
    {
        IActorRef writer = await WriteAsync("ns1-a", events: 3, snapshot: true);
        await DeleteAllAsync(writer);

        Assert.False(await Inventory.DropMarkAsync("ns1-a", Ahead, default));
    }

    [Fact]
    public async Task A_forgotten_journal_leaves_nothing_and_its_neighbours_stay()
    {
        await WriteAsync("rehearsal1-a", events: 3, snapshot: true);
        await WriteAsync("rehearsal1-ab", events: 1, snapshot: true);

        await Inventory.ForgetAsync("rehearsal1-a", default);

        Assert.Empty(await _system!.Rows.EventsAsync("rehearsal1-a"));
        Assert.Empty(await _system.Rows.SnapshotsAsync("rehearsal1-a"));
        Assert.Single(await _system.Rows.EventsAsync());
        Assert.Single(await _system.Rows.SnapshotsAsync());
    }

    private protected abstract Task<TestStore> NewStoreAsync();

    private async Task<IActorRef> WriteAsync(string id, int events, bool snapshot = false)
    {
        IActorRef writer = _system!.Kit.Sys.ActorOf(Props.Create(() => new Writer(id)));
        await writer.Ask<string>(events, TestTimeouts.Default);
        if (snapshot)
        {
            await writer.Ask<SaveSnapshotSuccess>("snapshot", TestTimeouts.Default);
        }

        return writer;
    }

    private static Task<DeleteMessagesSuccess> DeleteAllAsync(IActorRef writer) =>
        writer.Ask<DeleteMessagesSuccess>("delete", TestTimeouts.Default);

    /// <summary>Writes and deletes as the plugin does it for an entity.</summary>
    private sealed class Writer(string id) : UntypedPersistentActor
    {
        private static readonly RendezvousNamespace Chat = RendezvousNamespace.Parse("chat");

        private IActorRef _asker = ActorRefs.Nobody;

        public override string PersistenceId => id;

        protected override void OnRecover(object message)
        {
        }

        protected override void OnCommand(object message)
        {
            switch (message)
            {
                case int events:
                    _asker = Sender;
                    PersistAll(Enumerable.Range(0, events).Select(_ => new Opened(Guid.NewGuid(), Chat)), _ => _asker.Tell("written"));
                    break;
                case "snapshot":
                    _asker = Sender;
                    SaveSnapshot(new NamespaceSnapshot(Chat, LastSequenceNr, 1, [], [], 0, 0));
                    break;
                case "delete":
                    _asker = Sender;
                    DeleteMessages(LastSequenceNr);
                    break;
                default:
                    _asker.Tell(message);
                    break;
            }
        }
    }
}

public sealed class SqliteJournalInventoryTests : SqlJournalInventoryTests
{
    private protected override Task<TestStore> NewStoreAsync() => Task.FromResult(TestStore.Sqlite());
}

[Collection(PostgresCollection.Name)]
public sealed class PostgresJournalInventoryTests(TestPostgres server) : SqlJournalInventoryTests
{
    private protected override Task<TestStore> NewStoreAsync() => TestStore.OnAsync(server);
}

[Collection(MariaDbCollection.Name)]
public sealed class MariaDbJournalInventoryTests(TestMariaDb server) : SqlJournalInventoryTests
{
    private protected override Task<TestStore> NewStoreAsync() => TestStore.OnAsync(server);
}
