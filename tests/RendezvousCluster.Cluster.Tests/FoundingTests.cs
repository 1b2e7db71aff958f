using System.Net;
using Akka.Configuration;
using RendezvousCluster.Protocol;
using RendezvousCluster.Registry;
using RendezvousCluster.Registry.Hosting;
using RendezvousCluster.Registry.Membership;
using RendezvousCluster.Testing;
using RendezvousCluster.Testing.Databases;

namespace RendezvousCluster.Cluster.Tests;

/// <summary>Seeds that reach nobody: alone in the world, or cut off from a cluster that lives.</summary>
[TakesSeconds(55)]
public sealed class FoundingTests(TestPostgres server) : IClassFixture<TestPostgres>
{
    [Fact]
    public async Task The_first_seed_founds_no_second_cluster_on_a_database_where_one_lives()
    {
        string database = await server.CreateDatabaseAsync();
        await using (ClusterNode living = await ClusterNode.StartAsync(On(database)))
        {
            Assert.Equal(RendezvousStatus.Ok, await living.RegisterAsync("chat", 1));
            await Eventually.EqualAsync(true, () => living.IsKnownToDatabaseAsync());

            RegistryStartException refused =
                await Assert.ThrowsAsync<RegistryStartException>(() => ClusterNode.StartAsync(AsFirstSeed(database, timeout: 6)));

            Assert.Contains("no seed has taken this node in", refused.Message, StringComparison.Ordinal);
            Assert.Equal(1, living.Members);
        }

        await using ClusterNode founder = await ClusterNode.StartAsync(AsFirstSeed(database, timeout: 30));
        Assert.Equal(1, await founder.CountAsync("chat"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Nor_does_a_node_that_knows_of_no_other(bool isItsOwnSeed)
    {
        string database = await server.CreateDatabaseAsync();
        await using ClusterNode living = await ClusterNode.StartAsync(On(database));
        await Eventually.EqualAsync(true, () => living.IsKnownToDatabaseAsync());

        RegistryStartException refused = await Assert.ThrowsAsync<RegistryStartException>(
            () => ClusterNode.StartAsync(Lone(database, isItsOwnSeed, TimeSpan.FromSeconds(1))));

        Assert.StartsWith("A cluster lives in the PostgreSQL database", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("Password", refused.Message, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(1, living.Members);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_node_without_seeds_waits_for_the_end_of_the_cluster_before_it(bool isItsOwnSeed)
    {
        string database = await server.CreateDatabaseAsync();
        ClusterNode before = await ClusterNode.StartAsync(On(database));
        Assert.Equal(RendezvousStatus.Ok, await before.RegisterAsync("chat", 1));
        await Eventually.EqualAsync(true, () => before.IsKnownToDatabaseAsync());
        Task<ClusterNode> starting = ClusterNode.StartAsync(Lone(database, isItsOwnSeed, TestTimeouts.Default));

        await before.DisposeAsync();

        await using ClusterNode founder = await starting;
        Assert.Equal(1, await founder.CountAsync("chat"));
    }

    /// <summary>A power cut, after which the first seed does not come back: the others make one cluster, and not two.</summary>
    [Fact]
    public async Task Seeds_that_start_at_once_without_the_first_found_one_cluster()
    {
        string database = await server.CreateDatabaseAsync();
        NodeAddress[] seeds = [.. Enumerable.Range(0, 3).Select(_ => new NodeAddress("127.0.0.1", TestDatabaseServer.FreePort()))];

        ClusterNode[] nodes = await Task.WhenAll(seeds.Skip(1).Select(seed => ClusterNode.StartAsync(AsSeed(database, seed, seeds))));

        try
        {
            foreach (ClusterNode node in nodes)
            {
                await Eventually.EqualAsync(2, () => node.Members);
            }

            await using ClusterNode first = await ClusterNode.StartAsync(AsSeed(database, seeds[0], seeds));
            await Eventually.EqualAsync(3, () => first.Members);
        }
        finally
        {
            foreach (ClusterNode node in nodes)
            {
                await node.DisposeAsync();
            }
        }
    }

    [Fact]
    public async Task A_node_that_nobody_takes_in_waits_for_nobody_when_it_has_to_stop()
    {
        string database = await server.CreateDatabaseAsync();
        await using ClusterNode node = ClusterNode.Create(
            options =>
            {
                On(database)(options);
                options.Overrides = LongShutdown.WithFallback(options.Overrides);
            },
            new NodeAddress("127.0.0.1", TestDatabaseServer.FreePort()));
        await node.StartAsync();

        await node.StopAsync().Within();
    }

    // Longer than a test waits.
    private static Config LongShutdown { get; } = ConfigurationFactory.ParseString(
        string.Join('\n', ShutdownPhases.Select(phase => $"akka.coordinated-shutdown.phases.{phase}.timeout = 10m")));

    private static string[] ShutdownPhases =>
        ["cluster-sharding-shutdown-region", "cluster-leave", "cluster-exiting", "cluster-exiting-done"];

    private static Action<RegistryOptions> On(string database) => options =>
    {
        options.Storage = RegistryStorage.Postgres;
        options.ConnectionString = database;
    };

    private static Action<RegistryOptions> Lone(string database, bool isItsOwnSeed, TimeSpan timeout) => options =>
    {
        On(database)(options);
        options.FoundingTimeout = timeout;
        if (isItsOwnSeed)
        {
            options.Cluster.Bind = new IPEndPoint(IPAddress.Loopback, TestDatabaseServer.FreePort());
            options.Cluster.Seeds.Add(new NodeAddress("127.0.0.1", options.Cluster.Bind.Port));
        }
    };

    private static Action<RegistryOptions> AsSeed(string database, NodeAddress self, NodeAddress[] seeds) => options =>
    {
        On(database)(options);
        options.ReadyTimeout = TestTimeouts.Default;
        options.Overrides = ConfigurationFactory.ParseString("akka.cluster.seed-node-timeout = 1s").WithFallback(options.Overrides);
        options.Cluster.Bind = new IPEndPoint(IPAddress.Loopback, self.Port);
        Array.ForEach(seeds, options.Cluster.Seeds.Add);
    };

    // The other seed never answers. The timeout is in seconds, and longer than it would take to found a cluster.
    private static Action<RegistryOptions> AsFirstSeed(string database, int timeout) => options =>
    {
        On(database)(options);
        options.ReadyTimeout = TimeSpan.FromSeconds(timeout);
        options.Overrides = ConfigurationFactory.ParseString("akka.cluster.seed-node-timeout = 1s").WithFallback(options.Overrides);
        options.Cluster.Bind = new IPEndPoint(IPAddress.Loopback, TestDatabaseServer.FreePort());
        options.Cluster.Seeds.Add(new NodeAddress("127.0.0.1", options.Cluster.Bind.Port));
        options.Cluster.Seeds.Add(new NodeAddress("127.0.0.1", TestDatabaseServer.FreePort()));
    };
}
