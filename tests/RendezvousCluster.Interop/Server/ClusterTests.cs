using RendezvousCluster.Interop.Processes;
using RendezvousCluster.Interop.Rendezvous;
using RendezvousCluster.Testing;
using RendezvousCluster.Testing.Databases;

namespace RendezvousCluster.Interop.Server;

/// <summary>Servers leave the cluster, die and come, and peers at the others notice nothing that lasts.</summary>
[Collection(nameof(Clusters))]
public sealed class ClusterTests(TestPostgres database) : IClassFixture<TestPostgres>
{
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Peers_find_one_another_at_every_node_and_still_do_when_nodes_leave_and_die()
    {
        await using ServerCluster cluster = await ServerCluster.StartAsync(database);
        ServerProcess[] servers = [.. cluster.Servers];
        Assert.Equal(3, servers.Select(server => server.PeerId).Distinct().Count());
        foreach (ServerProcess server in servers)
        {
            await ServerCluster.RegisterAtAsync(server, "one");
        }

        Assert.All(await CountsAsync("one", servers), count => Assert.Equal(3, count));

        Assert.Equal(0, await servers[2].TerminateAsync(StopTimeout));
        Assert.All(await CountsAsync("one", servers.Take(2)), count => Assert.Equal(3, count));

        ServerProcess third = await cluster.StartServerAsync();
        await servers[1].KillAsync();
        await ServerCluster.FindAsync(3, "one", [third]);
        await ServerCluster.RegisterAtAsync(third, "one");
        Assert.All(await CountsAsync("one", [servers[0], third]), count => Assert.Equal(4, count));
    }

    private static async Task<int[]> CountsAsync(
        string ns, IEnumerable<ServerProcess> servers) => await Task.WhenAll(servers.Select(async server =>
    {
        await using WirePeer peer = await WirePeer.ConnectAsync(server.TcpAddress);
        return (await peer.DiscoverAsync(ns)).Found.Count;
    }));
}
