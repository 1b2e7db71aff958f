using Akka.Actor;
using Akka.Cluster.Sharding;
using RendezvousCluster.Core;
using RendezvousCluster.Core.Directories;
using RendezvousCluster.Core.Namespaces;
using RendezvousCluster.Core.Ownership;
using RendezvousCluster.Protocol;
using RendezvousCluster.Protocol.Flavours;
using RendezvousCluster.Registry.Directories;
using RendezvousCluster.Registry.Sharding;
using RendezvousCluster.Registry.Tests.Entities;
using RendezvousCluster.Testing;
using RendezvousCluster.Testing.Registry;

namespace RendezvousCluster.Registry.Tests.Hosting;

/// <summary>
/// When a node's database takes writes again, what takes them may be a copy of it. The node then asks its owners, through the regions that
/// they live in, to look whether the copy has all that they know.
/// </summary>
public sealed class VerificationTests : IAsyncLifetime
{
    private static readonly RendezvousNamespace Other = RendezvousNamespace.Parse("other");
    private static readonly string PartId = DirectoryMessageExtractor.IdOf(DirectoryParts.Of(NamespaceKey.Of(EntityCalls.Chat)));

    private readonly TestStore _store = TestStore.Sqlite();
    private RegistryNode? _node;

    private RegistryNode Node => _node!;

    private StoreRows Rows => new(Node.Store);

    public async Task InitializeAsync() => _node = await StartAsync();

    public async Task DisposeAsync()
    {
        await Node.DisposeAsync();
        _store.Dispose();
    }

    [Fact]
    public async Task Every_owner_that_is_awake_writes_again_what_an_outage_cost_though_nobody_asks_it()
    {
        await FillAsync(EntityCalls.Chat, 1, 2, 3);
        await FillAsync(Other, 1, 2);
        await Rows.LoseEventsAsync(EntityCalls.ChatId, from: 3);
        await Rows.LoseEventsAsync(EntityIds.For(Other), from: 3);
        await Rows.LoseEventsAsync(PartId, from: 2);

        Node.Health.Raise();

        await WrittenAgainAsync(EntityCalls.ChatId, EntityIds.For(Other), PartId);
        await CrashAndRestartAsync();
        Assert.Equal(3, await CountAsync(EntityCalls.Chat));
        Assert.Equal(2, await CountAsync(Other));
        Assert.Equal(5, await CountAllAsync());
    }

    [Fact]
    public async Task An_owner_that_the_outage_stopped_has_an_heir_that_writes_again_what_it_knew()
    {
        await FillAsync(EntityCalls.Chat, 1, 2, 3);
        IActorRef owner = await Node.System
            .ActorSelection($"/system/sharding/{RegionNames.Namespaces}/*/{EntityCalls.ChatId}").ResolveOne(TestTimeouts.Default);
        IActorRef shard = await Node.System.ActorSelection(owner.Path.Parent.ToStringWithoutAddress()).ResolveOne(TestTimeouts.Default);
        await owner.GracefulStop(TestTimeouts.Default, StopEntity.Instance);
        await ForgottenAsync(EntityCalls.ChatId);
        await Rows.LoseEventsAsync(EntityCalls.ChatId, from: 3);
        Node.Health.Kept.Keep(EntityCalls.ChatId, shard, message => message, MemoryOf(1, 2, 3));

        Node.Health.Raise();

        await WrittenAgainAsync(EntityCalls.ChatId);
        await CrashAndRestartAsync();
        Assert.Equal(3, await CountAsync(EntityCalls.Chat));
    }

    private Task<RegistryNode> StartAsync() => RegistryNode.StartAsync(TimeProvider.System, _store.Configure);

    // Nothing that stopped in order has a chance to write.
    private async Task CrashAndRestartAsync()
    {
        await Node.CrashAsync();
        await Node.DisposeAsync();
        _node = await StartAsync();
    }

    // An owner writes again with a snapshot; none is due otherwise.
    private async Task WrittenAgainAsync(params string[] ids)
    {
        foreach (string id in ids)
        {
            await Eventually.EqualAsync(1, async () => (await Rows.SnapshotsAsync(id)).Count);
        }
    }

    // A message that reaches a shard before it has learned of the end of its entity goes to that entity, and so nowhere.
    private async Task ForgottenAsync(string id)
    {
        IActorRef region = await Node.System
            .ActorSelection($"/system/sharding/{RegionNames.Namespaces}").ResolveOne(TestTimeouts.Default);
        await Eventually.EqualAsync(false, async () =>
            (await region.Ask<CurrentShardRegionState>(GetShardRegionState.Instance, TestTimeouts.Default))
                .Shards.Any(shard => shard.EntityIds.Contains(id)));
    }

    private async Task FillAsync(RendezvousNamespace ns, params int[] peers)
    {
        foreach (int peer in peers)
        {
            RegisterReply reply = await Node.Registry.RegisterAsync(Register(ns, peer), CancellationToken.None).Within();
            Assert.Equal(RendezvousStatus.Ok, reply.Status);
        }
    }

    private async Task<int> CountAsync(RendezvousNamespace ns)
    {
        DiscoverReply reply = await Node.Registry.DiscoverAsync(
            new DiscoverQuery(ns, 0, 100, 1024 * 1024, Deadline), CancellationToken.None).Within();
        Assert.Equal(RendezvousStatus.Ok, reply.Status);
        return reply.Registrations.Count;
    }

    private async Task<int> CountAllAsync()
    {
        DiscoverAllReply reply;
        int count = 0;
        WalkPosition position = WalkPosition.Start;
        do
        {
            reply = await Node.Registry.DiscoverAllAsync(
                new DiscoverAllQuery(position, 100, 1024 * 1024, Deadline), CancellationToken.None).Within();
            Assert.Equal(RendezvousStatus.Ok, reply.Status);
            count += reply.Registrations.Count;
            position = reply.Next;
        }
        while (!reply.IsComplete);
        return count;
    }

    private static DateTimeOffset Deadline => TimeProvider.System.GetUtcNow() + TestTimeouts.Default;

    private static RegisterCommand Register(RendezvousNamespace ns, int peer) => new(
        ns, TestPeers.Id(peer), TestPeers.Envelope(peer), RegistrationFlavour.Standard, 1, 7200, Deadline);

    private static KeptMemory<NamespaceSnapshot> MemoryOf(params int[] peers)
    {
        var state = new NamespaceState(EntityCalls.Chat);
        foreach (int peer in peers)
        {
            state.Apply(state.Decide(Register(EntityCalls.Chat, peer), TimeProvider.System.GetUtcNow(), state.LastRevision).Event!);
        }

        return new KeptMemory<NamespaceSnapshot>(peers.Length + 1, () => state.ToSnapshot(new SnapshotPlace(peers.Length + 1, 0, 0)));
    }
}
