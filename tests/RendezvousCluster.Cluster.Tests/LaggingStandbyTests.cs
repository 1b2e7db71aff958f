using RendezvousCluster.Protocol;
using RendezvousCluster.Registry;
using RendezvousCluster.Registry.Outages;
using RendezvousCluster.Testing;
using RendezvousCluster.Testing.Databases;

namespace RendezvousCluster.Cluster.Tests;

/// <summary>
/// A node leaves in order while the database is away, and a copy that lags takes the place of the database: its owners alone know what the
/// copy lacks.
/// </summary>
/// <remarks>The server is the test's own, because it is killed.</remarks>
[TakesSeconds(20)]
public sealed class LaggingStandbyTests(TestPostgres server) : IClassFixture<TestPostgres>, IAsyncLifetime
{
    /// <summary>Enough for every node to own some.</summary>
    private const int Namespaces = 12;

    private static readonly TimeSpan ReadyTimeout = TimeSpan.FromMinutes(1);

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

    [Theory]
    [InlineData(2)]
    [InlineData(0)] // the oldest, which coordinates
    public async Task Memory_of_a_node_that_leaves_goes_with_its_shards(int leaving)
    {
        await RegisterEverywhereAsync(peer: 1);
        string copy = await server.CopyAsync();
        await RegisterEverywhereAsync(peer: 2);

        await server.KillAsync();
        foreach (ClusterNode node in _nodes)
        {
            await Eventually.EqualAsync(StoreState.Away, () => node.StoreStateOf(node), ReadyTimeout);
        }

        await _nodes[leaving].StopAsync();
        await server.ReplaceByAsync(copy);

        ClusterNode[] left = [.. _nodes.Where((_, index) => index != leaving)];
        foreach (ClusterNode node in left)
        {
            await Eventually.EqualAsync(true, () => node.Readiness.IsReady, ReadyTimeout);
        }

        for (int index = 0; index < Namespaces; index++)
        {
            await Eventually.EqualAsync(true, async () => await left[index % 2].CountAsync(Name(index)) is not null, ReadyTimeout);
            Assert.Equal(2, await left[index % 2].CountAsync(Name(index)));
        }
    }

    private static string Name(int index) => $"namespace-{index}";

    private async Task RegisterEverywhereAsync(int peer)
    {
        for (int index = 0; index < Namespaces; index++)
        {
            (ClusterNode node, string name) = (_nodes[index % 3], Name(index));
            await Eventually.EqualAsync(RendezvousStatus.Ok, () => node.RegisterAsync(name, peer), ReadyTimeout);
        }
    }
}
