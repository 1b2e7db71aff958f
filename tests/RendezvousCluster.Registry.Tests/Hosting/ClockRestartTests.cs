using RendezvousCluster.Core;
using RendezvousCluster.Protocol;
using RendezvousCluster.Protocol.Flavours;
using RendezvousCluster.Testing;
using RendezvousCluster.Testing.Databases;
using RendezvousCluster.Testing.Registry;

namespace RendezvousCluster.Registry.Tests.Hosting;

/// <summary>Starting again with a wall clock that is hours or days off, over every durable store.</summary>
public abstract class ClockRestartTests : IAsyncLifetime
{
    private const uint Ttl = 7_200;
    private const uint LongestTtl = 259_200;
    private const uint TenMinutes = 600;

    private static readonly RendezvousNamespace Chat = RendezvousNamespace.Parse("chat");

    private TestStore? _store;
    private TimeProvider _time = TimeProvider.System;

    public async Task InitializeAsync() => _store = await NewStoreAsync();

    public Task DisposeAsync()
    {
        _store?.Dispose();
        return Task.CompletedTask;
    }

    [Fact]
    public async Task A_clock_that_is_three_hours_back_refuses_and_prolongs_nothing()
    {
        await using (RegistryNode before = await StartAsync(hoursAhead: 0))
        {
            await RegisterAsync(before, 1, Ttl);
            await RegisterAsync(before, 2, Ttl);
            await RegisterAsync(before, 3, Ttl);
            await UnregisterAsync(before, 3);
        }

        await using RegistryNode after = await StartAsync(hoursAhead: -3);

        Assert.All(await DiscoverAsync(after, count: 2), left => Assert.InRange(left, Ttl - TenMinutes, Ttl));
        await UnregisterAsync(after, 1);
        await DiscoverAsync(after, count: 1);
        await RegisterAsync(after, 1, Ttl);
        await RegisterAsync(after, 2, Ttl);
        await RegisterAsync(after, 3, Ttl);
        Assert.All(await DiscoverAsync(after, count: 3), left => Assert.InRange(left, Ttl - TenMinutes, Ttl));
    }

    [Fact]
    public async Task A_clock_that_was_80_hours_ahead_for_the_life_of_a_process_costs_nothing()
    {
        await using (RegistryNode before = await StartAsync(hoursAhead: 0))
        {
            await RegisterAsync(before, 1, LongestTtl);
            await RegisterAsync(before, 2, LongestTtl);
        }

        await using (RegistryNode misled = await StartAsync(hoursAhead: 80))
        {
            await UnregisterAsync(misled, 2);
            await RegisterAsync(misled, 3, LongestTtl);
        }

        await using RegistryNode after = await StartAsync(hoursAhead: 0);

        Assert.All(await DiscoverAsync(after, count: 2), left => Assert.InRange(left, LongestTtl - TenMinutes, LongestTtl));
        await RegisterAsync(after, 2, LongestTtl);
        await RegisterAsync(after, 3, LongestTtl);
        await UnregisterAsync(after, 3);
        await DiscoverAsync(after, count: 2);
    }

    private protected abstract Task<TestStore> NewStoreAsync();

    private DateTimeOffset Deadline => _time.GetUtcNow().AddSeconds(5);

    private Task<RegistryNode> StartAsync(int hoursAhead)
    {
        _time = AheadTimeProvider.OfProcess(TimeSpan.FromHours(hoursAhead));
        return RegistryNode.StartAsync(_time, _store!.Configure);
    }

    // A loaded machine lets deadlines pass; a clock that is off by hours refuses for hours.
    private Task RegisterAsync(RegistryNode node, int peer, uint ttlSeconds) => Eventually.EqualAsync(
        RendezvousStatus.Ok,
        async () => (await node.Registry.RegisterAsync(
            new RegisterCommand(
                Chat, TestPeers.Id(peer), TestPeers.Envelope(peer), RegistrationFlavour.Standard, 1, ttlSeconds, Deadline),
            CancellationToken.None).Within()).Status);

    private Task UnregisterAsync(RegistryNode node, int peer) => Eventually.EqualAsync(
        RendezvousStatus.Ok,
        async () => (await node.Registry.UnregisterAsync(
            new UnregisterCommand(Chat, TestPeers.Id(peer), Deadline), CancellationToken.None).Within()).Status);

    private async Task<uint[]> DiscoverAsync(RegistryNode node, int count)
    {
        uint[] left = [];
        await Eventually.EqualAsync(
            count,
            async () => (left =
            [
                .. (await node.Registry.DiscoverWholeAsync(new DiscoverQuery(Chat, 0, 1000, 1024 * 1024, Deadline)).Within())
                    .Registrations.Select(registration => registration.RemainingTtlSeconds),
            ]).Length);
        return left;
    }
}

public sealed class SqliteClockRestartTests : ClockRestartTests
{
    private protected override Task<TestStore> NewStoreAsync() => Task.FromResult(TestStore.Sqlite());
}

[Collection(PostgresNodesCollection.Name)]
public sealed class PostgresClockRestartTests(TestPostgres server) : ClockRestartTests
{
    private protected override Task<TestStore> NewStoreAsync() => TestStore.OnAsync(server);
}

[Collection(MariaDbNodesCollection.Name)]
public sealed class MariaDbClockRestartTests(TestMariaDb server) : ClockRestartTests
{
    private protected override Task<TestStore> NewStoreAsync() => TestStore.OnAsync(server);
}
