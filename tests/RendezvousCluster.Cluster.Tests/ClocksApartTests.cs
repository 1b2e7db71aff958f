using System.Diagnostics.CodeAnalysis;
using RendezvousCluster.Protocol;
using RendezvousCluster.Registry;
using RendezvousCluster.Registry.Membership;
using RendezvousCluster.Testing;
using RendezvousCluster.Testing.Databases;

namespace RendezvousCluster.Cluster.Tests;

/// <summary>Nodes whose wall clocks are hours apart, from their start on and for good.</summary>
[TakesSeconds(40)]
[SuppressMessage("Design", "CA1001", Justification = "The runner calls DisposeAsync.")]
public sealed class ClocksApartTests(TestPostgres server) : IClassFixture<TestPostgres>, IAsyncLifetime
{
    private const int Namespaces = 12;
    private const uint Ttl = 7_200;
    private const uint AMinute = 60;

    private readonly List<ClusterNode> _nodes = [];
    private readonly RecordingLogger _log = new();
    private string _database = "";

    public async Task InitializeAsync()
    {
        _database = await server.CreateDatabaseAsync();
        await StartAsync(TimeSpan.FromHours(3));
        await StartAsync(TimeSpan.Zero);
        await StartAsync(TimeSpan.FromHours(80));
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

        _log.Dispose();
    }

    [Fact]
    public async Task Nodes_whose_clocks_are_hours_apart_serve_one_another_and_hand_over_what_is_right()
    {
        await RegisterEverywhereAsync(peer: 1);
        await EveryShowsWhatWasGrantedAsync(1);
        await StopOldestAsync();
        await StartAsync(TimeSpan.FromHours(-1));

        // The owners that live now read what others wrote.
        await EveryShowsWhatWasGrantedAsync(1);
        await RegisterEverywhereAsync(peer: 2);
        for (int index = 0; index < Namespaces; index++)
        {
            (ClusterNode front, string name) = (At(index), Name(index));
            ClusterNode next = At(index + 1);
            await IsAcknowledgedAsync(() => next.UnregisterAsync(name, 1));
            await Eventually.EqualAsync(1, () => front.CountAsync(name));
            await IsAcknowledgedAsync(() => front.RegisterAsync(name, 1));
        }

        await EveryShowsWhatWasGrantedAsync(2);
        Assert.Contains(_log.Lines, line => line.Message.Contains("3.05:00:00", StringComparison.Ordinal)
            || line.Message.Contains("3.04:59:59", StringComparison.Ordinal));
        await Eventually.EqualAsync(true, () => _nodes.TrueForAll(node => node.Readiness.IsReady)
            && _nodes.Exists(node => node.Readiness.Remark?.StartsWith("the wall clock of ", StringComparison.Ordinal) == true));
    }

    private static string Name(int index) => $"namespace-{index}";

    private ClusterNode At(int index) => _nodes[index % _nodes.Count];

    private async Task StartAsync(TimeSpan ahead) => _nodes.Add(await ClusterNode.StartAsync(
        options =>
        {
            options.Storage = RegistryStorage.Postgres;
            options.ConnectionString = _database;
        },
        _nodes.FirstOrDefault(),
        _log,
        AheadTimeProvider.OfProcess(ahead)));

    private async Task StopOldestAsync()
    {
        ClusterNode oldest = _nodes[0];
        _nodes.RemoveAt(0);
        await oldest.DisposeAsync();
        foreach (ClusterNode node in _nodes)
        {
            await Eventually.EqualAsync(2, () => node.Members);
        }
    }

    private async Task RegisterEverywhereAsync(int peer)
    {
        for (int index = 0; index < Namespaces; index++)
        {
            (ClusterNode front, string name) = (At(index), Name(index));
            await IsAcknowledgedAsync(() => front.RegisterAsync(name, peer));
        }
    }

    // Peers come again when a machine has too much to do; and of two commands of a peer that come through two nodes within some
    // milliseconds, the clocks of these say which is the later. Nodes that are hours apart would refuse each other for hours.
    private static Task IsAcknowledgedAsync(Func<Task<RendezvousStatus>> command) => Eventually.EqualAsync(RendezvousStatus.Ok, command);

    private async Task EveryShowsWhatWasGrantedAsync(int count)
    {
        foreach (ClusterNode node in _nodes)
        {
            for (int index = 0; index < Namespaces; index++)
            {
                string name = Name(index);
                uint[] left = [];
                await Eventually.EqualAsync(count, async () => (left = await node.FindLeftAsync(name) ?? []).Length);
                Assert.All(left, seconds => Assert.InRange(seconds, Ttl - (5 * AMinute), Ttl));
            }
        }
    }
}
