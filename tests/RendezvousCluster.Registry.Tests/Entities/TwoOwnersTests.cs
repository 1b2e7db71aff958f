using Akka.Actor;
using Akka.TestKit;
using RendezvousCluster.Core;
using RendezvousCluster.Protocol;
using RendezvousCluster.Registry.Outages;
using RendezvousCluster.Registry.Sharding;
using RendezvousCluster.Testing;
using RendezvousCluster.Testing.Databases;
using RendezvousCluster.Testing.Registry;

namespace RendezvousCluster.Registry.Tests.Entities;

/// <summary>Two owners of one namespace on one journal, as after a partition: the older one must never acknowledge.</summary>
public abstract class TwoOwnersTests : TestsOnAStore
{
    private readonly StoreHealth _health = TestHealth.Well;

    [Fact]
    public async Task The_older_owner_is_not_acknowledged_once_the_newer_has_recovered()
    {
        TestProbe shard = System.Kit.CreateTestProbe();
        IActorRef older = Start(shard);
        await older.RegisterOkAsync(1);
        IActorRef newer = Start();
        Assert.Single((await newer.DiscoverAsync()).Registrations);
        System.Kit.Watch(older);

        object stale = await older.Ask<object>(EntityCalls.Register(2), TestTimeouts.Default);

        Assert.Same(RetryLater.Instance, stale);
        Assert.Null(_health.Kept.Find(EntityCalls.ChatId, shard.Ref)); // it was replaced: what it remembers is not to be shown
        await System.Kit.ExpectTerminatedAsync(older, TestTimeouts.Default);
        await newer.RegisterOkAsync(3);
        Assert.Equal(
            [TestPeers.Envelope(1), TestPeers.Envelope(3)],
            await Start().EnvelopesAsync());
    }

    [Fact]
    public async Task Of_two_first_writers_only_one_is_acknowledged()
    {
        IActorRef one = Start();
        IActorRef other = Start();
        Assert.Empty((await one.DiscoverAsync()).Registrations);
        Assert.Empty((await other.DiscoverAsync()).Registrations);

        object[] answers = await Task.WhenAll(
            one.Ask<object>(EntityCalls.Register(1), TestTimeouts.Default),
            other.Ask<object>(EntityCalls.Register(2), TestTimeouts.Default)).Within();

        Assert.Single(answers.OfType<RegisterReply>());
        Assert.Single(answers.OfType<RetryLater>());
        Assert.Single((await Start().DiscoverAsync()).Registrations);
    }

    /// <summary>Silence means done, so an UNREGISTER that finds nothing may not end while the registration is elsewhere.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_older_owner_does_not_say_that_a_registration_is_gone_that_the_newer_has(bool wasEmpty)
    {
        IActorRef older = Start();
        if (wasEmpty)
        {
            Assert.Empty((await older.DiscoverAsync()).Registrations);
        }
        else
        {
            await older.RegisterOkAsync(1);
        }

        await Start().RegisterOkAsync(2);
        System.Kit.Watch(older);

        object stale = await older.Ask<object>(EntityCalls.Unregister(2), TestTimeouts.Default);

        Assert.Same(RetryLater.Instance, stale);
        await System.Kit.ExpectTerminatedAsync(older, TestTimeouts.Default);
        IActorRef next = Start();
        Assert.Equal(RendezvousStatus.Ok, (await next.Ask<UnregisterReply>(EntityCalls.Unregister(2), TestTimeouts.Default)).Status);
        Assert.DoesNotContain(TestPeers.Envelope(2), await next.EnvelopesAsync());
    }

    [Fact]
    public async Task The_only_owner_says_that_nothing_is_there_and_writes_no_row()
    {
        IActorRef owner = Start();
        Assert.Equal(RendezvousStatus.Ok, (await owner.Ask<UnregisterReply>(EntityCalls.Unregister(2), TestTimeouts.Default)).Status);
        Assert.Empty(await System.Rows.EventsAsync(EntityCalls.ChatId));

        await owner.RegisterOkAsync(1);
        long[] rows = [.. await System.Rows.EventsAsync(EntityCalls.ChatId)];

        Assert.Equal(RendezvousStatus.Ok, (await owner.Ask<UnregisterReply>(EntityCalls.Unregister(2), TestTimeouts.Default)).Status);
        Assert.Equal(rows, await System.Rows.EventsAsync(EntityCalls.ChatId));
        await owner.RegisterOkAsync(3); // it is still the owner
    }

    /// <summary>Nobody registers at the older one, so without this it would show for minutes what it remembers.</summary>
    [Fact]
    public async Task The_older_owner_makes_way_when_it_has_to_look_though_nobody_asks_it_to_write()
    {
        IActorRef older = Start();
        await older.RegisterOkAsync(1);
        await Start().RegisterOkAsync(2);
        Assert.Equal([TestPeers.Envelope(1)], await older.EnvelopesAsync());
        System.Kit.Watch(older);

        older.Tell(new VerifyJournal(EntityId: null));

        await System.Kit.ExpectTerminatedAsync(older, TestTimeouts.Default);
        Assert.Equal([TestPeers.Envelope(1), TestPeers.Envelope(2)], await Start().EnvelopesAsync());
    }

    private IActorRef Start(TestProbe? shard = null) =>
        (shard ?? System.Kit.CreateTestProbe()).ChildActorOf(EntityCalls.ChatProps(health: _health));
}

public sealed class SqliteTwoOwnersTests : TwoOwnersTests
{
    private protected override Task<TestStore> NewStoreAsync() => Task.FromResult(TestStore.Sqlite());
}

[Collection(PostgresCollection.Name)]
public sealed class PostgresTwoOwnersTests(TestPostgres server) : TwoOwnersTests
{
    private protected override Task<TestStore> NewStoreAsync() => TestStore.OnAsync(server);
}

[Collection(MariaDbCollection.Name)]
public sealed class MariaDbTwoOwnersTests(TestMariaDb server) : TwoOwnersTests
{
    private protected override Task<TestStore> NewStoreAsync() => TestStore.OnAsync(server);
}
