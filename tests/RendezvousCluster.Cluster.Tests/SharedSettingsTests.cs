using Akka.Configuration;
using Microsoft.Extensions.Logging;
using RendezvousCluster.Protocol;
using RendezvousCluster.Registry;
using RendezvousCluster.Registry.Hosting;
using RendezvousCluster.Registry.Membership;
using RendezvousCluster.Testing;
using RendezvousCluster.Testing.Databases;

namespace RendezvousCluster.Cluster.Tests;

/// <summary>
/// Nodes whose settings differ where they must not are never one cluster. Where they should not differ, the newcomer logs a warning.
/// </summary>
public sealed class SharedSettingsTests(TestPostgres server) : IClassFixture<TestPostgres>
{
    [Fact]
    public async Task A_node_with_another_fence_age_is_turned_away_and_one_with_another_quota_is_warned()
    {
        string database = await server.CreateDatabaseAsync();
        using var members = new RecordingLogger();
        await using ClusterNode first = await ClusterNode.StartAsync(On(database), log: members);

        RegistryStartException refused = await Assert.ThrowsAsync<RegistryStartException>(() => ClusterNode.StartAsync(
            On(database, options => options.Upkeep.FenceAge = TimeSpan.FromMinutes(20)), first));

        Assert.Matches(
            $@"^This node cannot join akka\.trttl\.ssl\.tcp://rendezvous@{first.Address}: Upkeep:FenceAge is 20m at "
            + $@"127\.0\.0\.1:\d+ and 10m at {first.Address}; all nodes of a cluster must have the same value\.$",
            refused.Message);

        // It did not come and go.
        Assert.Single(members.Lines, line => line.Message.EndsWith(" is in the cluster", StringComparison.Ordinal));

        using var log = new RecordingLogger();
        await using ClusterNode second = await ClusterNode.StartAsync(
            On(database, options => options.Limits.MaxRegistrations = 2_000_000), first, log);

        Assert.Equal(
            [
                $"MaxRegistrations is 2000000 at this node, {second.Address}, and 1000000 at {first.Address}; all nodes of a cluster "
                + "should have the same value",
            ],
            WarningsIn(log));
        Assert.Equal(RendezvousStatus.Ok, await second.RegisterAsync("chat", 1));
        Assert.Equal(1, await first.CountAsync("chat"));
        Assert.Null(first.Fate.Lost);
    }

    /// <summary>Front ends grant times to live, and the janitor relies on the longest of them; quotas are none of their business.</summary>
    [Fact]
    public async Task A_front_end_is_compared_by_what_it_uses_itself()
    {
        string database = await server.CreateDatabaseAsync();
        await using ClusterNode first = await ClusterNode.StartAsync(On(database));

        RegistryStartException refused = await Assert.ThrowsAsync<RegistryStartException>(() => ClusterNode.StartAsync(
            options =>
            {
                options.Cluster.Roles = NodeRoles.Frontend;
                options.MaxTtl = TimeSpan.FromHours(2);
            },
            first));

        Assert.Contains("MaxTtlSeconds is 2h at ", refused.Message, StringComparison.Ordinal);
        using var log = new RecordingLogger();
        await using ClusterNode frontEnd = await ClusterNode.StartAsync(
            options =>
            {
                options.Cluster.Roles = NodeRoles.Frontend;
                options.Upkeep.FenceAge = TimeSpan.FromMinutes(20);
                options.Limits.MaxRegistrations = 2_000_000;
            },
            first,
            log);
        Assert.Equal(RendezvousStatus.Ok, await frontEnd.RegisterAsync("chat", 1));
        Assert.Empty(WarningsIn(log));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Nothing_is_compared_with_a_node_of_the_version_before(bool isOldOneFirst)
    {
        string database = await server.CreateDatabaseAsync();
        Action<RegistryOptions> registry = On(database, isOldOneFirst ? PublishNothing("registry", "frontend") : null);
        await using ClusterNode first = await ClusterNode.StartAsync(registry);
        using var log = new RecordingLogger();

        await using ClusterNode second = await ClusterNode.StartAsync(
            options =>
            {
                options.Cluster.Roles = NodeRoles.Frontend;
                options.MaxTtl = TimeSpan.FromHours(2);
                if (!isOldOneFirst)
                {
                    PublishNothing("frontend")(options);
                }
            },
            first,
            log);

        Assert.Equal(RendezvousStatus.Ok, await second.RegisterAsync("chat", 1));
        Assert.Empty(WarningsIn(log));
    }

    private static Action<RegistryOptions> On(string database, Action<RegistryOptions>? configure = null) => options =>
    {
        options.Storage = RegistryStorage.Postgres;
        options.ConnectionString = database;
        configure?.Invoke(options);
    };

    // Its roles are what it is and nothing else, as those of a front end were before values were published.
    private static Action<RegistryOptions> PublishNothing(params string[] roles) => options =>
        options.Overrides = ConfigurationFactory.ParseString($"akka.cluster.roles = [{string.Join(", ", roles)}]")
            .WithFallback(options.Overrides);

    private static IEnumerable<string> WarningsIn(RecordingLogger log) =>
        from line in log.Lines
        where line.Level == LogLevel.Warning && line.Message.Contains("all nodes of a cluster", StringComparison.Ordinal)
        select line.Message;
}
