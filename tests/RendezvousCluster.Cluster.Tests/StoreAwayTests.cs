using System.Net;
using Akka.Configuration;
using Npgsql;
using RendezvousCluster.Chaos.Network;
using RendezvousCluster.Protocol;
using RendezvousCluster.Registry;
using RendezvousCluster.Registry.Outages;
using RendezvousCluster.Registry.Sharding;
using RendezvousCluster.Testing;
using RendezvousCluster.Testing.Databases;

namespace RendezvousCluster.Cluster.Tests;

/// <summary>Three nodes that each have a way of their own to the database: one of them loses it, or all do.</summary>
/// <remarks>The server is the test's own, because it is killed.</remarks>
[TakesSeconds(28)]
public sealed class StoreAwayTests(TestPostgres server) : IClassFixture<TestPostgres>, IAsyncLifetime
{
    /// <summary>Enough for every node to own some.</summary>
    private const int Namespaces = 12;

    /// <summary>On an idle machine it takes about eight seconds.</summary>
    private static readonly TimeSpan MoveTimeout = TimeSpan.FromMinutes(1);

    private readonly List<ClusterNode> _nodes = [];
    private readonly List<DelayingProxy> _ways = [];

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        foreach (ClusterNode node in Enumerable.Reverse(_nodes))
        {
            await node.DisposeAsync();
        }

        foreach (DelayingProxy way in _ways)
        {
            await way.DisposeAsync();
        }
    }

    [Theory]
    [InlineData(0)] // the oldest, which coordinates
    [InlineData(2)]
    public async Task Namespaces_of_a_node_that_lost_the_database_take_registrations_elsewhere_until_it_is_back(int lost)
    {
        await StartAsync(balancing: TimeSpan.FromSeconds(2));
        ClusterNode node = _nodes[lost];
        IReadOnlyList<string> ledger = await node.ShardsAsync(RegionNames.Ledger);
        Assert.NotEmpty(await node.ShardsAsync(RegionNames.Namespaces));

        int port = _ways[lost].Address.Port;
        await _ways[lost].DisposeAsync();

        await EveryTakesRegistrationsAsync(peer: 2);
        await Eventually.EqualAsync(0, async () => (await node.ShardsAsync(RegionNames.Namespaces)).Count, MoveTimeout);
        await Eventually.EqualAsync(0, async () => (await node.ShardsAsync(RegionNames.Directory)).Count, MoveTimeout);
        Assert.Superset(ledger.ToHashSet(), (await node.ShardsAsync(RegionNames.Ledger)).ToHashSet());
        Assert.False(node.Readiness.IsReady);
        for (int index = 0; index < Namespaces; index++)
        {
            Assert.Equal(2, await node.CountAsync(Name(index))); // also through the node that has no database
        }

        _ways[lost] = NewWay(port);

        await Eventually.EqualAsync(true, () => node.Readiness.IsReady);
        await Eventually.EqualAsync(true, async () => (await node.ShardsAsync(RegionNames.Namespaces)).Count > 0, MoveTimeout);
        await EveryTakesRegistrationsAsync(peer: 3);
    }

    [Fact]
    public async Task When_all_lose_it_nothing_moves()
    {
        await StartAsync(balancing: TimeSpan.FromHours(1));
        IReadOnlyList<IReadOnlyList<string>> before = await PlacesAsync();

        await server.KillAsync();
        foreach ((ClusterNode one, ClusterNode other) in _nodes.SelectMany(one => _nodes.Select(other => (one, other))))
        {
            await Eventually.EqualAsync(StoreState.Away, () => one.StoreStateOf(other));
        }

        await StandsAsync(before);

        await server.StartAsync();
        foreach (ClusterNode node in _nodes)
        {
            await Eventually.EqualAsync(true, () => node.Readiness.IsReady);
        }

        await EveryTakesRegistrationsAsync(peer: 2);
        await StandsAsync(before);
    }

    private static string Name(int index) => $"namespace-{index}";

    private async Task StartAsync(TimeSpan balancing)
    {
        string database = await server.CreateDatabaseAsync();
        for (int node = 0; node < 3; node++)
        {
            DelayingProxy way = NewWay();
            _ways.Add(way);
            _nodes.Add(await ClusterNode.StartAsync(
                options =>
                {
                    options.Storage = RegistryStorage.Postgres;
                    options.ConnectionString = new NpgsqlConnectionStringBuilder(
                        database) { Host = $"{way.Address.Address}", Port = way.Address.Port }.ConnectionString;
                    options.Overrides = ConfigurationFactory
                        .ParseString($"akka.cluster.sharding.rebalance-interval = {balancing.TotalSeconds}s")
                        .WithFallback(options.Overrides);
                },
                _nodes.FirstOrDefault()));
        }

        foreach (ClusterNode node in _nodes)
        {
            await Eventually.EqualAsync(3, () => node.Members);
        }

        await EveryTakesRegistrationsAsync(peer: 1);
    }

    private DelayingProxy NewWay(int port = 0) =>
        new(IPAddress.Loopback, new IPEndPoint(IPAddress.Loopback, server.Port), seed: 1, TimeProvider.System, port);

    /// <summary>One registration in every namespace, through the nodes by turns.</summary>
    private async Task EveryTakesRegistrationsAsync(int peer)
    {
        for (int index = 0; index < Namespaces; index++)
        {
            (ClusterNode node, string name) = (_nodes[index % 3], Name(index));
            await Eventually.EqualAsync(RendezvousStatus.Ok, () => node.RegisterAsync(name, peer), MoveTimeout);
        }
    }

    /// <summary>Which shards of namespaces are where.</summary>
    private async Task<IReadOnlyList<string>[]> PlacesAsync() =>
        await Task.WhenAll(_nodes.Select(node => node.ShardsAsync(RegionNames.Namespaces)));

    // Readiness goes round all shards, so that new ones find a home meanwhile.
    private async Task StandsAsync(IReadOnlyList<IReadOnlyList<string>> before)
    {
        IReadOnlyList<IReadOnlyList<string>> now = await PlacesAsync();
        Assert.All(before.Zip(now), node => Assert.Superset(node.Item1.ToHashSet(), node.Item2.ToHashSet()));
    }
}
