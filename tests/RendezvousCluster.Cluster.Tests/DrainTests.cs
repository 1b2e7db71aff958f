using System.Collections.Concurrent;
using RendezvousCluster.Protocol;
using RendezvousCluster.Registry;
using RendezvousCluster.Registry.Hosting;
using RendezvousCluster.Testing;
using RendezvousCluster.Testing.Databases;

namespace RendezvousCluster.Cluster.Tests;

/// <summary>A node goes out of service and back while peers ask both nodes.</summary>
[TakesSeconds(40)]
public sealed class DrainTests(TestPostgres server) : IClassFixture<TestPostgres>, IAsyncLifetime
{
    private const int Namespaces = 60;

    private static readonly TimeSpan MoveTimeout = TimeSpan.FromMinutes(2);

    private readonly List<ClusterNode> _nodes = [];

    public async Task InitializeAsync()
    {
        string database = await server.CreateDatabaseAsync();
        for (int node = 0; node < 2; node++)
        {
            _nodes.Add(await ClusterNode.StartAsync(
                options =>
                {
                    options.Storage = RegistryStorage.Postgres;
                    options.ConnectionString = database;
                },
                _nodes.FirstOrDefault()));
        }

        await Eventually.EqualAsync(2, () => _nodes[0].Members);
    }

    public async Task DisposeAsync()
    {
        foreach (ClusterNode node in Enumerable.Reverse(_nodes))
        {
            await node.DisposeAsync();
        }
    }

    /// <summary>Either node: the one that says where shards live, and the one that does not.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task A_node_that_drains_hands_all_namespaces_over_and_no_request_fails(int drained)
    {
        for (int index = 0; index < Namespaces; index++)
        {
            Assert.Equal(RendezvousStatus.Ok, await _nodes[index % 2].RegisterAsync(Name(index), 1));
        }

        Assert.NotEqual(0, await ShardsOfAsync(drained));
        using var over = new CancellationTokenSource();
        var failures = new ConcurrentQueue<string>();
        Task<int>[] loads = [.. _nodes.Select((node, index) => Task.Run(() => LoadAsync(node, 10 + index, failures, over.Token)))];

        _nodes[drained].Drain.Begin();

        Assert.Equal("this node is draining, as an operator asked: it hands its shards over", _nodes[drained].Readiness.WhyNotReady);
        await Eventually.EqualAsync(0, () => ShardsOfAsync(drained), MoveTimeout);
        await over.CancelAsync();
        int[] requests = await Task.WhenAll(loads).Within(MoveTimeout);
        Assert.All(requests, count => Assert.NotEqual(0, count));
        Assert.Empty(failures);

        _nodes[drained].Drain.Undo();
        Assert.Null(_nodes[drained].Readiness.WhyNotReady);
        Assert.Equal(RendezvousStatus.Ok, await _nodes[drained].RegisterAsync(Name(0), 2));
    }

    private static string Name(int index) => $"drain/{index}";

    // Each request once, as a peer sends it.
    private static async Task<int> LoadAsync(ClusterNode node, int peer, ConcurrentQueue<string> failures, CancellationToken over)
    {
        int requests = 0;
        while (!over.IsCancellationRequested)
        {
            string name = Name(requests++ % Namespaces);
            RendezvousStatus status = await node.RegisterAsync(name, peer);
            int? found = await node.CountAsync(name);
            if (status != RendezvousStatus.Ok || found is null or 0)
            {
                failures.Enqueue($"{name}: {status}, {found}");
            }
        }

        return requests;
    }

    private async Task<int> ShardsOfAsync(int node)
    {
        IReadOnlyList<NodeShards> regions = await _nodes[node].Inspection.FindShardsAsync(CancellationToken.None);
        return regions.Where(region => region.Region is "namespace" or "directory").Sum(region => region.Shards.Count);
    }
}
