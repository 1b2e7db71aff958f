using Akka.Actor;
using Akka.Cluster.Sharding;
using Microsoft.Extensions.Time.Testing;
using RendezvousCluster.Core;
using RendezvousCluster.Protocol;
using RendezvousCluster.Protocol.Flavours;
using RendezvousCluster.Registry.Janitors;
using RendezvousCluster.Registry.Sharding;
using RendezvousCluster.Testing;
using RendezvousCluster.Testing.Registry;

namespace RendezvousCluster.Registry.Tests.Janitors;

/// <summary>
/// When every TTL has passed nothing is left: no row, no snapshot, no entity, also of namespaces that nobody asks about, and after a crash.
/// </summary>
public sealed class BaselineTests : IDisposable
{
    private const int Namespaces = 30;

    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private readonly TestStore _place = TestStore.Sqlite();

    [Fact]
    public async Task Rows_and_entities_go_back_to_nothing_after_all_times_to_live()
    {
        await using (RegistryNode first = await RegistryNode.StartAsync(_time, _place.Configure))
        {
            for (int i = 0; i < Namespaces; i++)
            {
                await RegisterAsync(first, i);
            }

            // By this clock all rows are older than any TTL, as they carry the real one's times: nothing that lives must go all the same.
            _time.Advance(JanitorSettings.DefaultPassInterval / 60);
            await EveryoneIsThereAsync(first);
            await first.CrashAsync();
        }

        await using RegistryNode node = await RegistryNode.StartAsync(_time, _place.Configure);
        await EveryoneIsThereAsync(node);
        Assert.True(await Rows(node).JournalRowsAsync() > 2 * Namespaces);
        _time.Advance(TimeSpan.FromHours(100));

        await UntilAsync(async () =>
        {
            _time.Advance(JanitorSettings.DefaultPassInterval);
            return await Rows(node).JournalRowsAsync() == 0 && (await Rows(node).SnapshotsAsync()).Count == 0
                && await EntitiesAsync(node) == 0;
        });

        // And all of it can begin anew.
        await RegisterAsync(node, 1);
        Assert.Single(await DiscoverAsync(node, 1));
    }

    public void Dispose() => _place.Dispose();

    private static RendezvousNamespace Name(int number) => RendezvousNamespace.Parse($"name {number}");

    private static StoreRows Rows(RegistryNode node) => new(node.Store);

    // Readiness keeps a few empty namespaces of its own awake, which leave no rows.
    private static async Task<int> EntitiesAsync(RegistryNode node)
    {
        IActorRef region = ClusterSharding.Get(node.System).ShardRegion(RegionNames.Namespaces);
        CurrentShardRegionState state = await region.Ask<CurrentShardRegionState>(GetShardRegionState.Instance, TestTimeouts.Default);
        var own = Enumerable.Range(0, Namespaces).Select(number => EntityIds.For(Name(number))).ToHashSet();
        return state.Shards.SelectMany(shard => shard.EntityIds).Count(own.Contains);
    }

    private async Task EveryoneIsThereAsync(RegistryNode node)
    {
        for (int i = 0; i < Namespaces; i++)
        {
            Assert.Single(await DiscoverAsync(node, i));
        }
    }

    private async Task RegisterAsync(RegistryNode node, int number) => Assert.Equal(
        RendezvousStatus.Ok,
        (await node.Registry.RegisterAsync(
            new RegisterCommand(
                Name(number), TestPeers.Id(number), TestPeers.Envelope(number), RegistrationFlavour.Standard, 1, 7200,
                _time.GetUtcNow().AddSeconds(5)),
            CancellationToken.None)).Status);

    private async Task<IReadOnlyList<DiscoveredRegistration>> DiscoverAsync(RegistryNode node, int number)
    {
        DiscoverReply reply = await node.Registry.DiscoverAsync(
            new DiscoverQuery(Name(number), 0, 10, 1024 * 1024, _time.GetUtcNow().AddSeconds(5)), CancellationToken.None);
        Assert.Equal(RendezvousStatus.Ok, reply.Status);
        return reply.Registrations;
    }

    // Entities that were woken leave memory after real seconds, and nothing announces it.
    private static async Task UntilAsync(Func<Task<bool>> condition)
    {
        using var timeout = new CancellationTokenSource(TestTimeouts.Default * 2);
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        while (!await condition())
        {
            await tick.WaitForNextTickAsync(timeout.Token);
        }
    }
}
