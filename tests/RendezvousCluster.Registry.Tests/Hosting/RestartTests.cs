using Microsoft.Extensions.Time.Testing;
using RendezvousCluster.Core;
using RendezvousCluster.Protocol;
using RendezvousCluster.Protocol.Flavours;
using RendezvousCluster.Testing;
using RendezvousCluster.Testing.Databases;
using RendezvousCluster.Testing.Registry;

namespace RendezvousCluster.Registry.Tests.Hosting;

/// <summary>Starting again on what an earlier node has left, over every durable store.</summary>
public abstract class RestartTests : IAsyncLifetime
{
    private static readonly RendezvousNamespace Chat = RendezvousNamespace.Parse("chat");

    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private TestStore? _store;

    public async Task InitializeAsync() => _store = await NewStoreAsync();

    public Task DisposeAsync()
    {
        _store?.Dispose();
        return Task.CompletedTask;
    }

    [Fact]
    public async Task Registrations_survive_a_restart_and_their_time_goes_on()
    {
        await using (RegistryNode node = await StartAsync())
        {
            await RegisterAsync(node, 1, ttlSeconds: 100);
            await RegisterAsync(node, 2, ttlSeconds: 30);
        }

        _time.Advance(TimeSpan.FromSeconds(40));

        await using RegistryNode again = await StartAsync();
        DiscoveredRegistration found = Assert.Single((await DiscoverAsync(again)).Registrations);
        Assert.Equal(TestPeers.Envelope(1), found.Envelope.ToArray());
        Assert.Equal(60u, found.RemainingTtlSeconds);
    }

    [Fact]
    public async Task Cookies_stay_valid_over_a_restart_even_when_the_clock_went_back()
    {
        ulong cookie;
        await using (RegistryNode node = await StartAsync())
        {
            await RegisterAsync(node, 1);
            await RegisterAsync(node, 2);
            cookie = (await DiscoverAsync(node)).CookieRevision;
        }

        var earlier = new FakeTimeProvider(_time.GetUtcNow().AddSeconds(-30));
        await using RegistryNode again = await StartAsync(earlier);
        Assert.Empty((await DiscoverAsync(again, cookie, earlier)).Registrations);
        await RegisterAsync(again, 3, time: earlier);

        DiscoverReply page = await DiscoverAsync(again, cookie, earlier);
        Assert.Equal(TestPeers.Envelope(3), Assert.Single(page.Registrations).Envelope.ToArray());
        Assert.True(page.CookieRevision > cookie);
    }

    [Fact]
    public async Task A_registration_acknowledged_while_the_node_stops_is_not_lost()
    {
        var acknowledged = new List<int>();
        await using (RegistryNode node = await StartAsync())
        {
            await RegisterAsync(node, 0);
            Task<RegisterReply>[] replies = [.. Enumerable.Range(1, 400).Select(peer =>
                node.Registry.RegisterAsync(Command(peer, 7200, _time), CancellationToken.None).AsTask())];
            await node.StopHostAsync().Within();
            foreach ((int index, Task<RegisterReply> reply) in replies.Index())
            {
                if ((await reply.Within()).Status == RendezvousStatus.Ok)
                {
                    acknowledged.Add(index + 1);
                }
            }
        }

        await using RegistryNode again = await StartAsync();
        var found = (await DiscoverAsync(again)).Registrations.Select(r => Convert.ToHexString(r.Envelope.Span)).ToHashSet();
        Assert.All(acknowledged, peer => Assert.Contains(Convert.ToHexString(TestPeers.Envelope(peer)), found));
    }

    private protected abstract Task<TestStore> NewStoreAsync();

    private static RegisterCommand Command(int peer, uint ttlSeconds, TimeProvider time) =>
        new(Chat, TestPeers.Id(
            peer), TestPeers.Envelope(peer), RegistrationFlavour.Standard, 1, ttlSeconds, time.GetUtcNow().AddSeconds(5));

    private Task<RegistryNode> StartAsync(TimeProvider? time = null) => RegistryNode.StartAsync(time ?? _time, _store!.Configure);

    private async Task RegisterAsync(RegistryNode node, int peer, uint ttlSeconds = 7200, TimeProvider? time = null)
    {
        RegisterReply reply = await node.Registry.RegisterAsync(Command(peer, ttlSeconds, time ?? _time), CancellationToken.None).Within();
        Assert.Equal((RendezvousStatus.Ok, string.Empty), (reply.Status, reply.StatusText));
    }

    private Task<DiscoverReply> DiscoverAsync(RegistryNode node, ulong after = 0, TimeProvider? time = null) =>
        node.Registry.DiscoverWholeAsync(
            new DiscoverQuery(Chat, after, 1000, 1024 * 1024, (time ?? _time).GetUtcNow().AddSeconds(5))).Within();
}

public sealed class SqliteRestartTests : RestartTests
{
    private protected override Task<TestStore> NewStoreAsync() => Task.FromResult(TestStore.Sqlite());
}

[Collection(PostgresNodesCollection.Name)]
public sealed class PostgresRestartTests(TestPostgres server) : RestartTests
{
    private protected override Task<TestStore> NewStoreAsync() => TestStore.OnAsync(server);
}

[Collection(MariaDbNodesCollection.Name)]
public sealed class MariaDbRestartTests(TestMariaDb server) : RestartTests
{
    private protected override Task<TestStore> NewStoreAsync() => TestStore.OnAsync(server);
}
