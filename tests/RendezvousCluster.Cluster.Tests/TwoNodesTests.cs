using RendezvousCluster.Protocol;
using RendezvousCluster.Registry;
using RendezvousCluster.Registry.Hosting;
using RendezvousCluster.Testing;
using RendezvousCluster.Testing.Databases;

namespace RendezvousCluster.Cluster.Tests;

/// <summary>Two nodes on one database: neither is a majority, and the database says which one goes on without the other.</summary>
[TakesSeconds(60)]
public abstract class TwoNodesTests(TestDatabaseServer server, RegistryStorage storage) : IAsyncLifetime
{
    private const int Namespaces = 12;

    // Silence, the resolver, and the hand-over, on a loaded machine; and for the one that ends, the time that it waits for the seat.
    private static readonly TimeSpan FailoverTimeout = TimeSpan.FromMinutes(2);

    private readonly List<ClusterNode> _nodes = [];
    private string _database = "";

    public async Task InitializeAsync()
    {
        _database = await server.CreateDatabaseAsync();
        await StartAsync();
        await StartAsync();
        await Eventually.EqualAsync(2, () => _nodes[0].Members);
    }

    public async Task DisposeAsync()
    {
        foreach (ClusterNode node in Enumerable.Reverse(_nodes))
        {
            await node.DisposeAsync();
        }
    }

    [Theory]
    [InlineData(0)] // the founder, which has the seat
    [InlineData(1)]
    public async Task Whichever_of_two_nodes_dies_the_other_one_serves_on(int dead)
    {
        ClusterNode survivor = _nodes[1 - dead];
        for (int index = 0; index < Namespaces; index++)
        {
            Assert.Equal(RendezvousStatus.Ok, await _nodes[index % 2].RegisterAsync(Name(index), 1));
        }

        await ClusterNode.CutAsync(_nodes[dead], survivor);
        await _nodes[dead].EndSessionAsync();

        await Eventually.EqualAsync(1, () => survivor.Members, FailoverTimeout);
        for (int index = 0; index < Namespaces; index++)
        {
            string name = Name(index);
            await Eventually.EqualAsync((int?)1, () => survivor.CountAsync(name), FailoverTimeout);
            await Eventually.EqualAsync(RendezvousStatus.Ok, () => survivor.RegisterAsync(name, 2), FailoverTimeout);
        }

        Assert.Null(survivor.Fate.Lost);
    }

    /// <summary>
    /// Both reach the database, so both may acknowledge until one of them ends, each what it can write: what either acknowledged is found.
    /// </summary>
    [Fact]
    public async Task Of_two_nodes_that_do_not_hear_each_other_one_ends_and_nothing_acknowledged_is_missing()
    {
        Task[] ends = [.. _nodes.Select(node => node.Stopping)];
        var acknowledged = new HashSet<(string Namespace, int Peer)>();
        using var over = new CancellationTokenSource();

        await ClusterNode.CutAsync(_nodes[0], _nodes[1]);
        Task[] loads =
            [.. _nodes.Select((node, index) => Task.Run(() => RegisterUntilAsync(node, index * 1000, acknowledged, over.Token)))];
        Task ended = await Task.WhenAny(ends).Within(FailoverTimeout);
        ClusterNode survivor = _nodes[ended == ends[0] ? 1 : 0];
        await Eventually.EqualAsync(1, () => survivor.Members, FailoverTimeout);
        await over.CancelAsync();
        await Task.WhenAll(loads).Within(FailoverTimeout);

        Assert.Null(survivor.Fate.Lost);
        Assert.NotEmpty(acknowledged);
        foreach (IGrouping<string, int> found in acknowledged.GroupBy(one => one.Namespace, one => one.Peer))
        {
            await Eventually.EqualAsync((int?)found.Count(), () => survivor.CountAsync(found.Key), FailoverTimeout);
        }
    }

    private static async Task RegisterUntilAsync(
        ClusterNode node, int firstPeer, HashSet<(string Namespace, int Peer)> acknowledged, CancellationToken over)
    {
        for (int number = 0; !over.IsCancellationRequested && node.Fate.Lost is null; number++)
        {
            (string Namespace, int Peer) one = (Name(number % Namespaces), firstPeer + (number % 500));
            if (await node.RegisterAsync(one.Namespace, one.Peer) == RendezvousStatus.Ok)
            {
                lock (acknowledged)
                {
                    acknowledged.Add(one);
                }
            }
        }
    }

    private async Task StartAsync() => _nodes.Add(await ClusterNode.StartAsync(
        options =>
        {
            options.Storage = storage;
            options.ConnectionString = _database;
        },
        _nodes.FirstOrDefault()));

    private static string Name(int index) => $"namespace-{index}";
}

public sealed class PostgresTwoNodesTests(TestPostgres server)
    : TwoNodesTests(server, RegistryStorage.Postgres), IClassFixture<TestPostgres>;

public sealed class MariaDbTwoNodesTests(TestMariaDb server) : TwoNodesTests(server, RegistryStorage.MySql), IClassFixture<TestMariaDb>;
