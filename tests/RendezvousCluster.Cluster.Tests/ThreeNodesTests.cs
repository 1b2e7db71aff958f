using System.Diagnostics;
using RendezvousCluster.Protocol;
using RendezvousCluster.Registry;
using RendezvousCluster.Registry.Membership;
using RendezvousCluster.Testing;
using RendezvousCluster.Testing.Databases;
using RendezvousCluster.Testing.Traces;

namespace RendezvousCluster.Cluster.Tests;

/// <summary>Three nodes on one database, and what happens to registrations when one of them leaves, fails or is cut off.</summary>
public abstract class ThreeNodesTests(TestDatabaseServer server, RegistryStorage storage) : IAsyncLifetime
{
    /// <summary>Enough for every node to own some.</summary>
    private const int Namespaces = 12;

    /// <summary>Of one peer.</summary>
    private const int Quota = 16;

    /// <summary>With the pauses that the tests allow the nodes, failover takes eight seconds on an idle machine.</summary>
    private static readonly TimeSpan FailoverTimeout = TimeSpan.FromMinutes(1);

    private readonly List<ClusterNode> _nodes = [];
    private string _database = "";

    public async Task InitializeAsync()
    {
        _database = await server.CreateDatabaseAsync();
        for (int node = 0; node < 3; node++)
        {
            await StartAsync(NodeRoles.Registry | NodeRoles.Frontend);
        }

        await EverySeesAsync(3);
    }

    public async Task DisposeAsync()
    {
        // The first started is the oldest, and leaves last.
        foreach (ClusterNode node in Enumerable.Reverse(_nodes))
        {
            await node.DisposeAsync();
        }
    }

    [Fact]
    public async Task A_registration_at_one_node_is_discovered_at_every_other()
    {
        ClusterNode frontEnd = await StartAsync(NodeRoles.Frontend);

        await RegisterEverywhereAsync(peer: 1);

        await EveryFindsAsync(_nodes, 1);
        Assert.Equal(RendezvousStatus.Ok, await frontEnd.RegisterAsync(Name(0), 2));
        Assert.All(await Task.WhenAll(_nodes.Select(node => node.CountAsync(Name(0)))), count => Assert.Equal(2, count));
    }

    [Fact]
    public async Task A_trace_goes_with_a_register_to_the_node_that_commits_it()
    {
        using var traces = new TestTrace();
        ClusterNode frontEnd = await StartAsync(NodeRoles.Frontend); // owns nothing, so each command leaves it
        using Activity request = traces.Begin();

        Assert.Equal(RendezvousStatus.Ok, await frontEnd.RegisterAsync(Name(0), 1));

        await Eventually.EqualAsync(1, () => traces.Of(request.TraceId).Count(activity => activity.OperationName == "commit"));
        Activity commit = traces.Of(request.TraceId).Single(activity => activity.OperationName == "commit");
        Activity asked = traces.Of(request.TraceId).Single(activity => activity.SpanId == commit.ParentSpanId);
        Assert.Equal("ask", asked.OperationName);
        Assert.Equal(request.SpanId, asked.ParentSpanId);
    }

    [Fact]
    public async Task A_quota_holds_over_all_nodes_and_an_unregister_of_all_reaches_every_owner()
    {
        for (int index = 0; index < Quota; index++)
        {
            Assert.Equal(RendezvousStatus.Ok, await _nodes[index % 3].RegisterAsync(Name(index), 1));
        }

        Assert.All(
            await Task.WhenAll(_nodes.Select(node => node.RegisterAsync(Name(Quota), 1))),
            status => Assert.Equal(RendezvousStatus.NotAuthorized, status));
        Assert.All(await Task.WhenAll(_nodes.Select(node => node.RegisterAsync(Name(0), 1))), status =>
            Assert.Equal(RendezvousStatus.Ok, status));
        Assert.Equal(RendezvousStatus.Ok, await _nodes[1].RegisterAsync(Name(0), 2));

        await Eventually.EqualAsync(RendezvousStatus.Ok, () => _nodes[2].UnregisterAllAsync(1));

        for (int index = 0; index < Quota; index++)
        {
            Assert.Equal(index == 0 ? 1 : 0, await _nodes[index % 3].CountAsync(Name(index)));
        }

        // The message to the ledger goes out beside the answer.
        await Eventually.EqualAsync(RendezvousStatus.Ok, () => _nodes[0].RegisterAsync(Name(Quota), 1));
    }

    [Fact]
    public async Task A_node_that_leaves_hands_over_and_nothing_is_refused_meanwhile()
    {
        await RegisterEverywhereAsync(peer: 1);
        using var left = new CancellationTokenSource();
        Task<List<RendezvousStatus>> load = RegisterUntilAsync(_nodes[0], left.Token);

        await _nodes[2].StopAsync().Within();
        await Eventually.EqualAsync(2, () => _nodes[0].Members);
        await left.CancelAsync();

        Assert.All(await load.Within(), status => Assert.Equal(RendezvousStatus.Ok, status));
        Assert.Null(_nodes[2].Fate.Lost);
        await EveryFindsAsync(_nodes.Take(2), 1);
    }

    [Fact]
    public async Task The_oldest_goes_when_what_it_handed_over_is_served_elsewhere()
    {
        await RegisterEverywhereAsync(peer: 1);
        Assert.Equal([true, false, false], _nodes.Select(node => node.PausesBeforeLeaving));
        int?[] counts = [];
        int members = 0;
        _nodes[0].BeforeLeaving(async () =>
        {
            counts = await Task.WhenAll(Enumerable.Range(0, Namespaces).Select(index => _nodes[1].CountAsync(Name(index))));
            members = _nodes[1].Members;
        });
        long start = Stopwatch.GetTimestamp();

        await _nodes[0].StopAsync().Within();

        Assert.All(counts, count => Assert.Equal(1, count));
        Assert.Equal((Namespaces, 3), (counts.Length, members));
        Assert.True(Stopwatch.GetElapsedTime(start) >= LeavePause.Length);
        await Eventually.EqualAsync(2, () => _nodes[1].Members);
        Assert.Equal([true, false], _nodes.Skip(1).Select(node => node.PausesBeforeLeaving));
        await _nodes[2].StopAsync().Within();
        await Eventually.EqualAsync(false, () => _nodes[1].PausesBeforeLeaving); // nobody is left whom it could tell
    }

    [Fact]
    public async Task A_node_that_is_cut_off_stops_itself_while_the_majority_serves_on()
    {
        await RegisterEverywhereAsync(peer: 1);
        ClusterNode minority = _nodes[2];
        Task stopping = minority.Stopping;

        await ClusterNode.CutAsync(minority, _nodes[0], _nodes[1]);

        await stopping.Within(FailoverTimeout);
        Assert.StartsWith("This node is out of the cluster: ", minority.Fate.Lost, StringComparison.Ordinal);
        Assert.False(minority.Readiness.IsReady);
        await Eventually.EqualAsync(2, () => _nodes[0].Members, FailoverTimeout);
        for (int index = 0; index < Namespaces; index++)
        {
            string name = Name(index);
            await Eventually.EqualAsync(RendezvousStatus.Ok, () => _nodes[1].RegisterAsync(name, 2), FailoverTimeout);
        }

        await EveryFindsAsync(_nodes.Take(2), 2);

        // Its process would have ended; the supervisor starts another.
        ClusterNode again = await StartAsync(NodeRoles.Registry | NodeRoles.Frontend);
        await EveryFindsAsync([again], 2);
    }

    [Fact]
    public async Task A_node_that_was_put_out_and_hears_of_it_ends()
    {
        Task stopping = _nodes[2].Stopping;

        _nodes[2].HearsThatItWasPutOutBy(_nodes[0]);

        await stopping.Within(FailoverTimeout);
        Assert.StartsWith("This node is out of the cluster: ", _nodes[2].Fate.Lost, StringComparison.Ordinal);
        await Eventually.EqualAsync(2, () => _nodes[0].Members, FailoverTimeout);
    }

    private static string Name(int index) => $"namespace-{index}";

    private async Task<ClusterNode> StartAsync(NodeRoles roles)
    {
        ClusterNode node = await ClusterNode.StartAsync(
            options =>
            {
                options.Storage = storage;
                options.Limits.MaxRegistrationsPerPeer = Quota;
                options.ConnectionString = roles.HasFlag(NodeRoles.Registry) ? _database : string.Empty;
                options.Cluster.Roles = roles;
            },
            _nodes.FirstOrDefault());
        _nodes.Add(node);
        return node;
    }

    private async Task EverySeesAsync(int members)
    {
        foreach (ClusterNode node in _nodes)
        {
            await Eventually.EqualAsync(members, () => node.Members);
        }
    }

    /// <summary>One registration in every namespace, through the nodes by turns.</summary>
    private async Task RegisterEverywhereAsync(int peer)
    {
        for (int index = 0; index < Namespaces; index++)
        {
            Assert.Equal(RendezvousStatus.Ok, await _nodes[index % _nodes.Count].RegisterAsync(Name(index), peer));
        }
    }

    private static async Task EveryFindsAsync(IEnumerable<ClusterNode> nodes, int count)
    {
        foreach (ClusterNode node in nodes)
        {
            for (int index = 0; index < Namespaces; index++)
            {
                Assert.Equal(count, await node.CountAsync(Name(index)));
            }
        }
    }

    /// <summary>Refreshes one registration after the other.</summary>
    private static async Task<List<RendezvousStatus>> RegisterUntilAsync(ClusterNode node, CancellationToken end)
    {
        var answers = new List<RendezvousStatus>();
        while (!end.IsCancellationRequested)
        {
            answers.Add(await node.RegisterAsync(Name(answers.Count % Namespaces), 1));
        }

        return answers;
    }
}

public sealed class PostgresThreeNodesTests(TestPostgres server)
    : ThreeNodesTests(server, RegistryStorage.Postgres), IClassFixture<TestPostgres>;

public sealed class MariaDbThreeNodesTests(TestMariaDb server) : ThreeNodesTests(server, RegistryStorage.MySql), IClassFixture<TestMariaDb>;
