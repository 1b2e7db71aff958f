using System.Net;
using System.Net.Sockets;
using RendezvousCluster.Interop.Rendezvous;
using RendezvousCluster.Testing;

namespace RendezvousCluster.Deployment;

/// <summary>The commands that start and end the cluster of the README.</summary>
[TakesSeconds(61)]
public sealed class LocalClusterTests
{
    [Fact]
    public async Task Down_leaves_nothing_running_and_up_brings_everything_back()
    {
        await using var cluster = new LocalCluster();
        IReadOnlyDictionary<string, NodeAddresses> nodes = await cluster.UpAsync();
        string registered;
        await using (WirePeer peer = await WirePeer.ConnectAsync(nodes["node2"].Tcp))
        {
            await PeerSearch.RegisterAsync(peer);
            registered = peer.Id;
        }

        IReadOnlyList<int> running = cluster.ProcessIds;
        Assert.Equal(4, running.Count);
        (int exitCode, string[] output, string errors) = await cluster.TryAsync("up", "--no-build");
        Assert.Equal(0, exitCode);
        Assert.Contains("runs already", errors, StringComparison.Ordinal);
        Assert.Equal(nodes, LocalCluster.ReadNodes(output));
        Assert.Equal(running, cluster.ProcessIds);

        await cluster.RunAsync("down");
        Assert.All(running, id => Assert.False(LocalCluster.IsRunning(id), $"{id} still runs."));
        Assert.Empty(cluster.ProcessIds);
        await cluster.RunAsync("down");

        // The same ports can be had again, with the same identities and data behind them.
        Assert.Equal(nodes, await cluster.UpAsync());
        await using WirePeer seeker = await WirePeer.ConnectAsync(nodes["node1"].Tcp);
        await PeerSearch.FindsAsync(seeker, registered);
    }

    [Fact]
    public async Task A_node_that_cannot_start_is_reported_in_one_line_and_nothing_is_left_running()
    {
        await using var cluster = new LocalCluster();
        using var squatter = new TcpListener(IPAddress.Loopback, 8001 + (200 * cluster.Slot));
        squatter.Start();

        (int exitCode, string[] output, string errors) = await cluster.TryAsync("up", "--no-build");

        Assert.Equal(1, exitCode);
        Assert.Empty(output);
        Assert.StartsWith(
            "scripts/cluster: node1 ended: rendezvous-server: Cannot listen on ", errors.Split('\n')[^1], StringComparison.Ordinal);
        Assert.Empty(cluster.ProcessIds);
        (_, string[] status, _) = await cluster.TryAsync("status");
        Assert.Equal(["postgres down", "node1 down", "node2 down", "node3 down"], status);
    }
}
