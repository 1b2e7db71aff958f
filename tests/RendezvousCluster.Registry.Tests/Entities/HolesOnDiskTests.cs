using Akka.Actor;
using Akka.TestKit;
using Google.Protobuf;
using Microsoft.Extensions.Logging.Abstractions;
using RendezvousCluster.Core;
using RendezvousCluster.Core.Directories;
using RendezvousCluster.Core.Namespaces;
using RendezvousCluster.Core.Ownership;
using RendezvousCluster.Protocol;
using RendezvousCluster.Registry.Directories;
using RendezvousCluster.Registry.Entities;
using RendezvousCluster.Registry.Outages;
using RendezvousCluster.Registry.Serialization;
using RendezvousCluster.Registry.Sharding;
using RendezvousCluster.Registry.Tests.Outages;
using RendezvousCluster.Testing;
using RendezvousCluster.Testing.Databases;
using RendezvousCluster.Testing.Metrics;
using RendezvousCluster.Testing.Registry;

namespace RendezvousCluster.Registry.Tests.Entities;

/// <summary>A real database that has lost events which it had acknowledged.</summary>
public abstract class HolesOnDiskTests : TestsOnAStore, IDisposable
{
    private static readonly string PartId = DirectoryMessageExtractor.IdOf(0);

    private readonly TestMeters _meters = new();
    private readonly HoleMetrics _holes;

    protected HolesOnDiskTests() => _holes = new HoleMetrics(_meters);

    public void Dispose()
    {
        _meters.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task An_entity_that_meets_a_hole_serves_what_is_left_and_the_next_one_meets_none()
    {
        await FillAsync(Start());
        await System.Rows.LoseEventsAsync(EntityCalls.ChatId, from: 3, to: 4); // peers 2 and 3

        IActorRef healing = Start();
        Assert.Equal(Envelopes(1, 4, 5), await healing.EnvelopesAsync());
        await System.Kit.AwaitAssertAsync(
            async () => Assert.Single(await System.Rows.SnapshotsAsync(EntityCalls.ChatId)), TestTimeouts.Default);
        await healing.RegisterOkAsync(6);

        Assert.Equal(Envelopes(1, 4, 5, 6), await Start().EnvelopesAsync());
        Assert.Equal((1, 0), Met);
    }

    [Fact]
    public async Task A_journal_without_its_beginning_goes_on_with_the_rest()
    {
        await FillAsync(Start());
        await System.Rows.LoseEventsAsync(EntityCalls.ChatId, from: 1, to: 2);

        Assert.Equal(Envelopes(2, 3, 4, 5), await Start().EnvelopesAsync());
        Assert.Equal(Envelopes(2, 3, 4, 5), await Start().EnvelopesAsync());
    }

    [Theory]
    [InlineData(5)]
    [InlineData(3)]
    [InlineData(1)]
    public async Task An_owner_that_lives_writes_again_what_the_database_has_lost_before_it_acknowledges_more(int firstLost)
    {
        IActorRef owner = Start();
        await FillAsync(owner);
        await System.Rows.LoseEventsAsync(EntityCalls.ChatId, from: firstLost);

        Assert.Same(RetryLater.Instance, await owner.Ask<object>(EntityCalls.Register(6), TestTimeouts.Default));
        Assert.Equal(Envelopes(1, 2, 3, 4, 5), await owner.EnvelopesAsync());
        await owner.RegisterOkAsync(6);

        Assert.Equal(Envelopes(1, 2, 3, 4, 5, 6), await Start().EnvelopesAsync());
        Assert.Equal((0, 1), Met);
    }

    [Fact]
    public async Task An_owner_writes_again_as_often_as_the_database_loses_what_it_wrote()
    {
        IActorRef owner = Start();
        await FillAsync(owner);
        for (int times = 0; times < 3; times++)
        {
            await System.Rows.LoseEventsAsync(EntityCalls.ChatId, from: 4);
            foreach (long snapshot in await System.Rows.SnapshotsAsync(EntityCalls.ChatId))
            {
                await System.Rows.LoseSnapshotAsync(EntityCalls.ChatId, snapshot);
            }

            Assert.Same(RetryLater.Instance, await owner.Ask<object>(EntityCalls.Register(1), TestTimeouts.Default));
            await owner.RegisterOkAsync(6 + times);
        }

        Assert.Equal(Envelopes(1, 2, 3, 4, 5, 6, 7, 8), await Start().EnvelopesAsync());
        Assert.Equal((0, 3), Met);
    }

    [Fact]
    public async Task An_owner_that_is_replaced_meanwhile_does_not_go_on_from_there()
    {
        IActorRef older = Start();
        await FillAsync(older);
        await System.Rows.LoseEventsAsync(EntityCalls.ChatId, from: 3);
        await Start().RegisterOkAsync(7); // as after a partition: it knows peer 1 only
        System.Kit.Watch(older);

        Assert.Same(RetryLater.Instance, await older.Ask<object>(EntityCalls.Register(8), TestTimeouts.Default));

        await System.Kit.ExpectTerminatedAsync(older, TestTimeouts.Default);
        Assert.Equal(Envelopes(1, 7), await Start().EnvelopesAsync());
    }

    [Fact]
    public async Task An_owner_whose_lost_rows_another_one_has_replaced_one_by_one_does_not_go_on_from_there()
    {
        IActorRef older = Start();
        await FillAsync(older); // rows 1 to 6
        await System.Rows.LoseEventsAsync(EntityCalls.ChatId, from: 5);
        await Start().RegisterOkAsync(7); // rows 5 and 6
        System.Kit.Watch(older);

        Assert.Same(RetryLater.Instance, await older.Ask<object>(EntityCalls.Register(8), TestTimeouts.Default));

        await System.Kit.ExpectTerminatedAsync(older, TestTimeouts.Default);
        Assert.Equal(Envelopes(1, 2, 3, 7), await Start().EnvelopesAsync());
    }

    [Fact]
    public async Task The_memory_of_an_owner_that_an_outage_stopped_is_inherited_by_the_next_one_in_its_shard()
    {
        StoreHealth health = TestHealth.Well;
        TestProbe shard = System.Kit.CreateTestProbe();
        await FillAsync(Start());
        await System.Rows.LoseEventsAsync(EntityCalls.ChatId, from: 3);
        health.Kept.Keep(EntityCalls.ChatId, shard.Ref, message => message, MemoryOf(1, 2, 3, 4, 5));

        IActorRef heir = shard.ChildActorOf(EntityCalls.ChatProps(health: health, holes: _holes));
        heir.Tell(new VerifyJournal(EntityCalls.ChatId));

        await System.Kit.AwaitAssertAsync(
            async () => Assert.Single(await System.Rows.SnapshotsAsync(EntityCalls.ChatId)), TestTimeouts.Default);
        Assert.Equal(Envelopes(1, 2, 3, 4, 5), await Start().EnvelopesAsync());
        Assert.Equal((0, 1), Met);
    }

    [Theory]
    [InlineData(5)]
    [InlineData(2)] // the owner's fence is the last row that is left
    [InlineData(1)] // nothing is left
    public async Task The_memory_of_an_owner_that_an_outage_stopped_is_inherited_by_the_next_one_on_another_node(int firstLost)
    {
        HandedMemory memory = await StopInOutageAsync(peers: [1, 2, 3, 4, 5]);
        await System.Rows.LoseEventsAsync(EntityCalls.ChatId, from: firstLost);

        IActorRef heir = StartWith(memory);
        Assert.Equal(Envelopes(1, 2, 3, 4, 5), await heir.EnvelopesAsync());
        await System.Kit.AwaitAssertAsync(() => heir.RegisterOkAsync(6), TestTimeouts.Default);

        Assert.Equal(Envelopes(1, 2, 3, 4, 5, 6), await Start().EnvelopesAsync());
        Assert.Equal((0, 1), Met);
    }

    [Fact]
    public async Task An_owner_whose_fence_is_lost_too_is_known_by_the_row_that_it_read_last()
    {
        await FillAsync(Start());
        HandedMemory memory = await StopInOutageAsync(peers: [6]);
        await System.Rows.LoseEventsAsync(EntityCalls.ChatId, from: 5); // of the owner before it

        Assert.Equal(Envelopes(1, 2, 3, 4, 5, 6), await StartWith(memory).EnvelopesAsync());
    }

    [Fact]
    public async Task Memory_from_another_node_counts_no_more_when_another_owner_has_gone_on()
    {
        HandedMemory memory = await StopInOutageAsync(peers: [1, 2, 3, 4, 5]);
        await System.Rows.LoseEventsAsync(EntityCalls.ChatId, from: 3);
        await Start().RegisterOkAsync(7); // it knows peer 1 only

        Assert.Equal(Envelopes(1, 7), await StartWith(memory).EnvelopesAsync());
        Assert.Equal((0, 0), Met);
    }

    [Fact]
    public async Task Memory_from_another_node_says_nothing_where_the_journal_says_as_much()
    {
        HandedMemory memory = await StopInOutageAsync(peers: [1, 2, 3]);

        Assert.Equal(Envelopes(1, 2, 3), await StartWith(memory).EnvelopesAsync());
        Assert.Equal((0, 0), Met);
    }

    /// <summary>Its shard goes to another node between the return of the database and the look that every owner is to make then.</summary>
    [Fact]
    public async Task An_owner_that_stops_before_it_has_looked_writes_again_what_the_database_has_lost()
    {
        IActorRef owner = Start();
        await FillAsync(owner);
        await System.Rows.LoseEventsAsync(EntityCalls.ChatId, from: 3);
        System.Kit.Watch(owner);

        owner.Tell(new VerifyJournal(EntityId: null));
        owner.Tell(StopEntity.Instance);

        await System.Kit.ExpectTerminatedAsync(owner, TestTimeouts.Default);
        Assert.Equal(Envelopes(1, 2, 3, 4, 5), await Start().EnvelopesAsync());
    }

    [Fact]
    public async Task After_an_outage_an_owner_that_nobody_asks_writes_again_what_is_lost()
    {
        IActorRef owner = Start();
        await FillAsync(owner);
        await System.Rows.LoseEventsAsync(EntityCalls.ChatId, from: 3);

        owner.Tell(new VerifyJournal(EntityId: null));

        await System.Kit.AwaitAssertAsync(
            async () => Assert.Single(await System.Rows.SnapshotsAsync(EntityCalls.ChatId)), TestTimeouts.Default);
        Assert.Equal(Envelopes(1, 2, 3, 4, 5), await Start().EnvelopesAsync());
    }

    [Fact]
    public async Task A_part_of_the_directory_writes_again_what_it_lists_and_notices_a_hole()
    {
        IActorRef part = StartPart();
        foreach (string name in (string[])["a", "b", "c"])
        {
            await AnnounceOkAsync(part, name);
        }

        await System.Rows.LoseEventsAsync(PartId, from: 3); // b and c

        await System.Kit.AwaitAssertAsync(() => AnnounceOkAsync(part, "d"), TestTimeouts.Default);
        Assert.Equal(["a", "b", "c", "d"], await ListAsync(StartPart()));
        Assert.Equal((0, 1), Met);

        await System.Rows.LoseEventsAsync(PartId, from: 1, to: 2);
        foreach (long snapshot in await System.Rows.SnapshotsAsync(PartId))
        {
            await System.Rows.LoseSnapshotAsync(PartId, snapshot);
        }

        Assert.Equal(["d"], await ListAsync(StartPart()));
        Assert.Equal((1, 1), Met);
    }

    private (double AtRecovery, double AtWrite) Met => (
        _meters.Counted($"{HoleMetrics.HolesName} met=recovery") ?? 0, _meters.Counted($"{HoleMetrics.HolesName} met=write") ?? 0);

    private static async Task FillAsync(IActorRef entity)
    {
        for (int peer = 1; peer <= 5; peer++)
        {
            await entity.RegisterOkAsync(peer);
        }
    }

    private static IEnumerable<byte[]> Envelopes(params int[] peers) => peers.Select(peer => TestPeers.Envelope(peer));

    private static async Task AnnounceOkAsync(IActorRef part, string name)
    {
        object reply = await part.Ask<object>(
            new NamespaceAnnouncement(
                RendezvousNamespace.Parse(name), DateTimeOffset.UtcNow.AddHours(1), DateTimeOffset.UtcNow + DirectoryState.ActivitySpan),
            TestTimeouts.Default);
        Assert.Equal(RendezvousStatus.Ok, Assert.IsType<AnnouncementReply>(reply).Status);
    }

    private static async Task<IEnumerable<string>> ListAsync(IActorRef part) =>
        (await part.Ask<NamespaceListing>(new ListingQuery(NamespaceKey.First, DateTimeOffset.UnixEpoch, 100), TestTimeouts.Default))
            .Namespaces.Select(name => name.Name).Order(StringComparer.Ordinal);

    private static KeptMemory<NamespaceSnapshot> MemoryOf(params int[] peers)
    {
        var state = new NamespaceState(EntityCalls.Chat);
        foreach (int peer in peers)
        {
            var register = (RegisterCommand)EntityCalls.Register(peer).Message;
            state.Apply(state.Decide(register, DateTimeOffset.UtcNow, state.LastRevision).Event!);
        }

        return new KeptMemory<NamespaceSnapshot>(peers.Length + 1, () => state.ToSnapshot(new SnapshotPlace(peers.Length + 1, 0, 0)));
    }

    // As at a hand-off while nobody knows whether the store is away; over the wire.
    private async Task<HandedMemory> StopInOutageAsync(int[] peers)
    {
        using var stopping = new CancellationTokenSource();
        StoreHealth health = TestHealth.Well;
        TestProbe shard = System.Kit.CreateTestProbe();
        IActorRef owner = shard.ChildActorOf(EntityCalls.ChatProps(health: health));
        foreach (int peer in peers)
        {
            await owner.RegisterOkAsync(peer);
        }

        health.Watch(new ScriptedStore(), stopping.Token);
        health.Raise();
        System.Kit.Watch(owner);
        owner.Tell(StopEntity.Instance);
        await System.Kit.ExpectTerminatedAsync(owner, TestTimeouts.Default);
        await stopping.CancelAsync();
        return MemoryCodec.Read(MemoryCodec.ToProto(Assert.Single(health.Kept.TakeOf(shard.Ref))()).ToByteArray());
    }

    private IActorRef StartWith(HandedMemory memory)
    {
        StoreHealth health = TestHealth.Well;
        Assert.True(health.Kept.Handed.TryTake(memory));
        return System.Kit.CreateTestProbe().ChildActorOf(EntityCalls.ChatProps(health: health, holes: _holes));
    }

    private IActorRef Start() => System.Kit.CreateTestProbe().ChildActorOf(EntityCalls.ChatProps(holes: _holes));

    private IActorRef StartPart() => System.Kit.CreateTestProbe().ChildActorOf(DirectoryEntity.Props(
        PartId,
        new DirectoryEntitySettings(TimeProvider.System, 100, NullLogger.Instance) { Health = TestHealth.Well, Holes = _holes }));
}

public sealed class SqliteHolesTests : HolesOnDiskTests
{
    private protected override Task<TestStore> NewStoreAsync() => Task.FromResult(TestStore.Sqlite());
}

[Collection(PostgresCollection.Name)]
public sealed class PostgresHolesTests(TestPostgres server) : HolesOnDiskTests
{
    private protected override Task<TestStore> NewStoreAsync() => TestStore.OnAsync(server);
}

[Collection(MariaDbCollection.Name)]
public sealed class MariaDbHolesTests(TestMariaDb server) : HolesOnDiskTests
{
    private protected override Task<TestStore> NewStoreAsync() => TestStore.OnAsync(server);
}
