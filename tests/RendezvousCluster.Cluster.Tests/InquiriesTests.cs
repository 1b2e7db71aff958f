using System.Text;
using RendezvousCluster.Registry;
using RendezvousCluster.Registry.Hosting;
using RendezvousCluster.Testing;
using RendezvousCluster.Testing.Databases;

namespace RendezvousCluster.Cluster.Tests;

/// <summary>An operator asks all nodes through any of them.</summary>
[TakesSeconds(20)]
public sealed class InquiriesTests(TestPostgres server) : IClassFixture<TestPostgres>, IAsyncLifetime
{
    private readonly List<ClusterNode> _nodes = [];

    public async Task InitializeAsync()
    {
        string database = await server.CreateDatabaseAsync();
        for (int node = 0; node < 2; node++)
        {
            _nodes.Add(await ClusterNode.StartAsync(On(database), _nodes.FirstOrDefault()));
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

    [Fact]
    public async Task Every_node_answers_through_any_node_and_one_that_is_cut_off_is_named()
    {
        foreach (ClusterNode node in _nodes)
        {
            IReadOnlyList<NodeAnswer> answers = await node.AskAllAsync("status", "of all");

            Assert.Equal(node.Address.ToString(), answers[0].Node);
            Assert.Equal(Names(), answers.Select(answer => answer.Node).Order());
            Assert.All(answers, answer => Assert.Equal("status of all", Encoding.UTF8.GetString(answer.Answer!.Value.Span)));
            Assert.Equal(["up", "up"], node.Inspection.Members.Select(member => member.State));
            Assert.Equal(node.Address.ToString(), node.Inspection.Members.Single(member => member.IsSelf).Node);
        }

        await ClusterNode.CutAsync(_nodes[1], _nodes[0]);
        IReadOnlyList<NodeAnswer> left = await _nodes[0].AskAllAsync("status", "of those that live");

        Assert.Equal("status of those that live", Encoding.UTF8.GetString(left[0].Answer!.Value.Span));
        Assert.Null(left[1].Answer);
        Assert.Equal((_nodes[1].Address.ToString(), "it did not answer within 4 s"), (left[1].Node, left[1].WhyNot));
    }

    [Fact]
    public async Task Shards_of_all_nodes_together_are_those_of_the_namespaces_in_use()
    {
        for (int index = 0; index < 20; index++)
        {
            await _nodes[0].RegisterAsync($"inquiries/{index}", 1);
        }

        IReadOnlyList<NodeShards>[] shards = await Task.WhenAll(
            _nodes.Select(node => node.Inspection.FindShardsAsync(CancellationToken.None)));

        NodeShards[] namespaces = [.. shards.SelectMany(node => node).Where(region => region.Region == "namespace")];
        Assert.Equal(2, namespaces.Length);
        string[] names = [.. namespaces.SelectMany(node => node.Shards.Keys)];
        Assert.Equal(names.Distinct(), names);
        Assert.True(namespaces.Sum(node => node.Shards.Values.Sum()) >= 20);
    }

    private static Action<RegistryOptions> On(string database) => options =>
    {
        options.Storage = RegistryStorage.Postgres;
        options.ConnectionString = database;
    };

    private IEnumerable<string> Names() => _nodes.Select(node => node.Address.ToString()).Order();
}
