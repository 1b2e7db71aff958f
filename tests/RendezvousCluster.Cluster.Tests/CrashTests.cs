using Akka.Configuration;
using RendezvousCluster.Protocol;
using RendezvousCluster.Registry;
using RendezvousCluster.Testing;
using RendezvousCluster.Testing.Databases;

namespace RendezvousCluster.Cluster.Tests;

/// <summary>Nodes that die where their machine lives on: no caller has to wait for the failure detector.</summary>
public sealed class CrashTests(TestPostgres server) : IClassFixture<TestPostgres>, IAsyncLifetime
{
    private const int Namespaces = 6;

    /// <summary>It takes a second on an idle machine.</summary>
    private static readonly TimeSpan FailoverTimeout = TimeSpan.FromMinutes(1);

    private readonly List<ClusterNode> _nodes = [];

    public async Task InitializeAsync()
    {
        string database = await server.CreateDatabaseAsync();
        for (int node = 0; node < 3; node++)
        {
            _nodes.Add(await ClusterNode.StartAsync(
                options =>
                {
                    options.Storage = RegistryStorage.Postgres;
                    options.ConnectionString = database;
                    options.Overrides = Patient.WithFallback(options.Overrides);
                },
                _nodes.FirstOrDefault()));
        }

        foreach (ClusterNode node in _nodes)
        {
            await Eventually.EqualAsync(3, () => node.Members);
        }
    }

    public async Task DisposeAsync()
    {
        foreach (ClusterNode node in Enumerable.Reverse(_nodes))
        {
            await node.DisposeAsync();
        }
    }

    // Neither the detector nor the resolver would find out in time.
    private static Config Patient { get; } = ConfigurationFactory.ParseString(
        """
        akka.cluster.failure-detector.acceptable-heartbeat-pause = 10m
        akka.cluster.split-brain-resolver.stable-after = 10m
        akka.cluster.down-removal-margin = 200ms

        # A node without a network has nobody to hand over to, and waits for them when the test is over.
        akka.coordinated-shutdown.phases.cluster-leave.timeout = 1s
        akka.coordinated-shutdown.phases.cluster-exiting.timeout = 1s
        akka.coordinated-shutdown.phases.cluster-sharding-shutdown-region.timeout = 1s
        """);

    [Theory]
    [InlineData(0)] // the oldest, which coordinates
    [InlineData(2)]
    public async Task Namespaces_of_a_dead_process_are_served_elsewhere_although_silence_would_be_borne(int dead)
    {
        ClusterNode[] others = [.. _nodes.Where((_, index) => index != dead)];
        for (int index = 0; index < Namespaces; index++)
        {
            Assert.Equal(RendezvousStatus.Ok, await _nodes[index % 3].RegisterAsync(Name(index), 1));
        }

        await _nodes[dead].CrashAsync(others);

        foreach (ClusterNode other in others)
        {
            await Eventually.EqualAsync(2, () => other.Members, FailoverTimeout);
            for (int index = 0; index < Namespaces; index++)
            {
                string name = Name(index);
                await Eventually.EqualAsync((int?)1, () => other.CountAsync(name), FailoverTimeout);
            }
        }
    }

    private static string Name(int index) => $"namespace-{index}";
}
