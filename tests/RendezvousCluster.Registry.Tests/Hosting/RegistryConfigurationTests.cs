using Akka.Actor;
using Akka.Cluster;
using Akka.Cluster.Sharding;
using Akka.Configuration;
using Akka.Configuration.Hocon;
using Akka.Coordination;
using Akka.DistributedData;
using Akka.Persistence.Sql;
using RendezvousCluster.Registry.ActorPort;
using RendezvousCluster.Registry.Hosting;
using RendezvousCluster.Registry.Journal;
using RendezvousCluster.Registry.Membership;
using RendezvousCluster.Registry.Scheduling;

namespace RendezvousCluster.Registry.Tests.Hosting;

/// <summary>A misspelt key in HOCON is silently ignored; so the settings are read back from a running node.</summary>
public sealed class RegistryConfigurationTests : IDisposable
{
    private const string GateKey = "akka.remote.adapters.gate";

    private readonly TemporaryDirectory _directory = new();

    public static TheoryData<string> ConfigurationFiles => new(Files());

    [Fact]
    public async Task A_node_on_sqlite_runs_with_the_settings_of_the_design()
    {
        await using RegistryNode node =
            await RegistryNode.StartAsync(TimeProvider.System, options => options.DataDirectory = _directory.Path);
        Config config = node.System.Settings.Config;

        Assert.Equal(
            ["registry", "frontend"],
            Cluster.Get(node.System).SelfRoles.Where(role => !role.Contains('-', StringComparison.Ordinal)).OrderDescending());
        Assert.Equal(
            (ClosedTransport.Host, ClosedTransport.Port),
            (Cluster.Get(node.System).SelfAddress.Host, Cluster.Get(node.System).SelfAddress.Port));
        Assert.IsType<SleepingScheduler>(node.System.Scheduler);
        Assert.False(config.GetBoolean("akka.actor.serialization-settings.allow-unregistered-types", true));
        Assert.Equal(
            ["cluster-sharding-shutdown-region"], config.GetStringList($"akka.coordinated-shutdown.phases.{LeavePause.Phase}.depends-on"));
        Assert.Equal([LeavePause.Phase], config.GetStringList("akka.coordinated-shutdown.phases.cluster-leave.depends-on"));
        Assert.True(config.GetTimeSpan($"akka.coordinated-shutdown.phases.{LeavePause.Phase}.timeout") > LeavePause.Length);
        Assert.Equal("ddata", config.GetString("akka.cluster.sharding.state-store-mode"));
        Assert.False(config.GetBoolean("akka.cluster.sharding.remember-entities", true));
        Assert.Empty(config.GetStringList("akka.cluster.sharding.distributed-data.durable.keys"));
        Assert.Equal(20, config.GetInt("akka.cluster.sharding.least-shard-allocation-strategy.rebalance-absolute-limit"));
        Assert.Equal(TimeSpan.FromSeconds(3), config.GetTimeSpan("akka.cluster.sharding.handoff-timeout"));
        Assert.Equal(0, config.GetInt("akka.cluster.sharding.coordinator-state.write-majority-plus"));
        Assert.Equal(5, config.GetInt("akka.cluster.sharding.coordinator-state.read-majority-plus"));
        Assert.Equal(TimeSpan.FromSeconds(10), config.GetTimeSpan("akka.cluster.sharding.rebalance-interval"));
        Assert.Equal("lease-majority", config.GetString("akka.cluster.split-brain-resolver.active-strategy"));
        Assert.Equal("registry", config.GetString("akka.cluster.split-brain-resolver.lease-majority.role"));
        Assert.Equal(
            TimeSpan.Zero, config.GetTimeSpan("akka.cluster.split-brain-resolver.lease-majority.acquire-lease-delay-for-minority"));
        Assert.IsType<SideLease>(LeaseProvider.Get(node.System).GetLease(
            "test", config.GetString("akka.cluster.split-brain-resolver.lease-majority.lease-implementation"), "test"));
        Assert.StartsWith(
            "Akka.Remote.DeadlineFailureDetector",
            config.GetString("akka.cluster.failure-detector.implementation-class"),
            StringComparison.Ordinal);
        Assert.Equal(TimeSpan.FromSeconds(2), config.GetTimeSpan("akka.cluster.retry-unsuccessful-join-after"));
        Assert.Equal(20, config.GetInt("akka.persistence.max-concurrent-recoveries"));
        Assert.All(
            ["journal", "snapshot-store"],
            plugin => Assert.Equal(
                TimeSpan.FromSeconds(1), config.GetTimeSpan($"akka.persistence.{plugin}-plugin-fallback.circuit-breaker.reset-timeout")));
        Assert.Equal(int.MaxValue, config.GetInt("akka.persistence.snapshot-store-plugin-fallback.circuit-breaker.max-failures"));
        Assert.Equal("off", config.GetString("akka.persistence.journal-plugin-fallback.replay-filter.mode"));
        Assert.Equal(256_000, config.GetByteSize("akka.remote.dot-netty.tcp.maximum-frame-size"));
        Assert.Equal(
            "RendezvousCluster.Registry.Links.LinkTransport, RendezvousCluster.Registry",
            config.GetString("akka.remote.dot-netty.tcp.transport-class"));
        Assert.Equal(
            ["gate"],
            EmbeddedFile.ReadConfiguration(typeof(RegistryConfiguration), "registry.conf")
                .GetStringList("akka.remote.dot-netty.tcp.applied-adapters"));
        Assert.Equal("RendezvousCluster.Registry.ActorPort.GatedTransportProvider,RendezvousCluster.Registry", config.GetString(GateKey));
        Assert.Equal("akka.persistence.journal.sql", config.GetString("akka.persistence.journal.plugin"));
        Assert.Equal("akka.persistence.snapshot-store.sql", config.GetString("akka.persistence.snapshot-store.plugin"));
        Assert.Equal(1, config.GetInt("akka.persistence.journal.sql.parallelism"));
        Assert.Equal(200, config.GetInt("akka.persistence.journal.sql.batch-size"));
        Assert.Equal("SQLite.MS", config.GetString("akka.persistence.journal.sql.provider-name"));
        Assert.Empty(config.GetString("akka.persistence.journal.sql.connection-string"));
        Assert.All(["journal.db", "snapshots.db"], file => Assert.True(File.Exists(Path.Combine(_directory.Path, file))));
    }

    [Theory]
    [MemberData(nameof(ConfigurationFiles))]
    public void Every_key_of_ours_is_one_that_akka_knows(string file)
    {
        using var system = ActorSystem.Create(
            "reference",
            """
            akka.actor.provider = cluster
            akka.remote.dot-netty.tcp.port = 0
            akka.loglevel = OFF
            akka.stdout-loglevel = OFF
            akka.coordinated-shutdown.run-by-actor-system-terminate = off
            """);
        ClusterSharding.Get(system);
        Config reference = system.Settings.Config
            .WithFallback(Akka.Persistence.Persistence.DefaultConfig())
            .WithFallback(Akka.Cluster.Tools.Singleton.ClusterSingleton.DefaultConfig())
            .WithFallback(DistributedData.DefaultConfig())
            .WithFallback(LeaseProvider.DefaultConfig())
            .WithFallback(SqlPersistence.DefaultConfiguration);

        List<string> keys = [.. Leaves(Embedded(file).Root, string.Empty)];

        Assert.NotEmpty(keys);
        Assert.DoesNotContain(keys, key =>
            !key.StartsWith("akka.actor.serialization-bindings.", StringComparison.Ordinal)
            && !key.StartsWith("akka.actor.serializers.", StringComparison.Ordinal)
            && !key.EndsWith($".{PinnedSerializer.IdSetting}", StringComparison.Ordinal)
            && key != GateKey
            && !key.StartsWith($"akka.coordinated-shutdown.phases.{LeavePause.Phase}.", StringComparison.Ordinal)
            && !reference.HasPath(key)
            && !reference.HasPath(key.Replace("cluster.sharding.distributed-data", "cluster.distributed-data", StringComparison.Ordinal)));
    }

    [Fact]
    public void Each_file_stands_beside_the_code_that_needs_it() => Assert.Equal(
        [
            "Hosting.registry.conf", "Journal.memory.conf", "Journal.mysql.conf", "Journal.postgres.conf", "Journal.sqlite.conf",
            "Membership.calm.conf", "Membership.fast.conf",
        ],
        Files().Select(file => file["RendezvousCluster.Registry.".Length..]).Order(StringComparer.Ordinal));

    private static IEnumerable<string> Files() => typeof(RegistryConfiguration).Assembly.GetManifestResourceNames()
        .Where(name => name.EndsWith(".conf", StringComparison.Ordinal));

    private static Config Embedded(string resource)
    {
        using Stream stream = typeof(RegistryConfiguration).Assembly.GetManifestResourceStream(resource)!;
        using var reader = new StreamReader(stream);
        return ConfigurationFactory.ParseString(reader.ReadToEnd());
    }

    private static IEnumerable<string> Leaves(HoconValue value, string path) => value.IsObject()
        ? value.GetObject().Items.SelectMany(item => Leaves(item.Value, path.Length == 0 ? item.Key : $"{path}.{item.Key}"))
        : [path];

    public void Dispose() => _directory.Dispose();
}
