using Akka.Actor;
using Akka.TestKit;
using Microsoft.Extensions.Logging.Abstractions;
using RendezvousCluster.Core;
using RendezvousCluster.Protocol;
using RendezvousCluster.Protocol.Dialects;
using RendezvousCluster.Registry.Entities;
using RendezvousCluster.Registry.Outages;
using RendezvousCluster.Registry.Sharding;
using RendezvousCluster.Testing;
using RendezvousCluster.Testing.Databases;
using RendezvousCluster.Testing.Registry;

namespace RendezvousCluster.Registry.Tests.Entities;

/// <summary>Two owners of one namespace on one journal, as after a partition: the older one must never acknowledge.</summary>
public abstract class TwoOwnersTests : IAsyncLifetime
{
    private static readonly RendezvousNamespace Chat = RendezvousNamespace.Parse("chat");

    private readonly StoreHealth _health = TestHealth.Well;

    private StoreTestKit? _system;
    private TestProbe? _shard;

    public async Task InitializeAsync()
    {
        _system = await StoreTestKit.StartAsync(await NewStoreAsync());
        _shard = _system.Kit.CreateTestProbe();
    }

    public Task DisposeAsync()
    {
        _system?.Dispose();
        return Task.CompletedTask;
    }

    [Fact]
    public async Task The_older_owner_is_not_acknowledged_once_the_newer_has_recovered()
    {
        IActorRef older = Start();
        await RegisterOkAsync(older, 1);
        IActorRef newer = Start();
        Assert.Single((await DiscoverAsync(newer)).Registrations);
        _system!.Kit.Watch(older);

        object stale = await older.Ask<object>(Register(2), TestTimeouts.Default);

        Assert.Same(RetryLater.Instance, stale);
        Assert.Null(_health.Kept.Find(EntityIds.For(Chat), _shard!.Ref)); // it was replaced: what it remembers is not to be shown
        await _system.Kit.ExpectTerminatedAsync(older, TestTimeouts.Default);
        await RegisterOkAsync(newer, 3);
        Assert.Equal(
            [TestPeers.Envelope(1), TestPeers.Envelope(3)],
            (await DiscoverAsync(Start())).Registrations.Select(registration => registration.Envelope.ToArray()));
    }

    [Fact]
    public async Task Of_two_first_writers_only_one_is_acknowledged()
    {
        IActorRef one = Start();
        IActorRef other = Start();
        Assert.Empty((await DiscoverAsync(one)).Registrations);
        Assert.Empty((await DiscoverAsync(other)).Registrations);

        object[] answers = await Task.WhenAll(
            one.Ask<object>(Register(1), TestTimeouts.Default),
            other.Ask<object>(Register(2), TestTimeouts.Default)).Within();

        Assert.Single(answers.OfType<RegisterReply>());
        Assert.Single(answers.OfType<RetryLater>());
        Assert.Single((await DiscoverAsync(Start())).Registrations);
    }

    private protected abstract Task<TestStore> NewStoreAsync();

    private static NamespaceCommand Register(int peer) => NamespaceCommand.For(new RegisterCommand(
        Chat, TestPeers.Id(peer), TestPeers.Envelope(peer), RegistrationFlavour.Standard, 1, 7200, DateTimeOffset.MaxValue));

    private static async Task RegisterOkAsync(IActorRef entity, int peer) =>
        Assert.Equal(RendezvousStatus.Ok, (await entity.Ask<RegisterReply>(Register(peer), TestTimeouts.Default)).Status);

    private static Task<DiscoverReply> DiscoverAsync(IActorRef entity) =>
        entity.Ask<DiscoverReply>(NamespaceCommand.For(new DiscoverQuery(Chat, 0, 1000, 1024 * 1024, DateTimeOffset.MaxValue)), TestTimeouts.Default);

    private IActorRef Start() => _shard!.ChildActorOf(NamespaceEntity.Props(
        EntityIds.For(Chat),
        new NamespaceEntitySettings(TimeProvider.System, TimeSpan.FromMinutes(10), TestDirectory.ListAsync, NullLogger.Instance)
        {
            Metrics = TestMetrics.Entities,
            Health = _health,
        }));
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
