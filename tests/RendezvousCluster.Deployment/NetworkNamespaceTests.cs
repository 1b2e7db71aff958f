using RendezvousCluster.Interop.Processes;
using RendezvousCluster.Interop.Rendezvous;
using RendezvousCluster.Testing;

namespace RendezvousCluster.Deployment;

/// <summary>
/// Nodes with networks of their own, which can be cut. Where the machine does not allow such networks, the script must say so.
/// </summary>
[TakesSeconds(59)]
public sealed class NetworkNamespaceTests
{
    private const string Ns = "partition";

    /// <summary>Some seconds on a machine of its own; other clusters start and fail over beside this one.</summary>
    private static readonly TimeSpan PartitionTimeout = TimeSpan.FromMinutes(2);

    [Fact]
    public async Task The_minority_of_a_partition_ends_while_the_majority_serves_on()
    {
        await using var cluster = new LocalCluster();
        if (!await AreAllowedAsync())
        {
            MachineGrants.PassOver("root and network namespaces (ip netns add)");
            (int exitCode, string[] output, string errors) = await cluster.TryAsync("up", "--no-build", "--netns");
            Assert.Equal(1, exitCode);
            Assert.Empty(output);
            Assert.Single(errors.Split('\n', StringSplitOptions.RemoveEmptyEntries));
            return;
        }

        IReadOnlyDictionary<string, NodeAddresses> nodes = await cluster.UpAsync("--netns");
        await using (WirePeer peer = await WirePeer.ConnectAsync(nodes["node3"].Tcp))
        {
            await Eventually.EqualAsync(0, () => CountAsync(peer), PartitionTimeout);
            await peer.RegisterAsync(Ns);
        }

        await cluster.RunAsync("partition", "3");
        await Eventually.EqualAsync("node3 down", () => StatusOfThirdAsync(cluster), PartitionTimeout);
        await using (WirePeer seeker = await WirePeer.ConnectAsync(nodes["node1"].Tcp))
        {
            await Eventually.EqualAsync(1, () => CountAsync(seeker), PartitionTimeout);
        }

        await cluster.RunAsync("heal", "3");
        await cluster.RunAsync("start", "3");
        await using WirePeer again = await WirePeer.ConnectAsync(nodes["node3"].Tcp);
        await Eventually.EqualAsync(1, () => CountAsync(again), PartitionTimeout);

        await cluster.RunAsync("down");
        Assert.False(Directory.Exists($"/sys/class/net/rvz{cluster.Slot}"));
    }

    [Fact]
    public async Task Without_networks_of_their_own_nodes_cannot_be_cut_off()
    {
        await using var cluster = new LocalCluster();
        (int exitCode, _, string errors) = await cluster.TryAsync("partition", "3");

        Assert.Equal(1, exitCode);
        Assert.Contains("not up", errors, StringComparison.Ordinal);
    }

    /// <summary>How many the peer finds; -1 when the server answers that it cannot say now.</summary>
    private static async Task<int> CountAsync(WirePeer peer) => await peer.TryDiscoverAsync(Ns) is { } found ? found.Count : -1;

    private static async Task<string> StatusOfThirdAsync(LocalCluster cluster)
    {
        (_, string[] status, _) = await cluster.TryAsync("status");
        return status.Single(line => line.StartsWith("node3 ", StringComparison.Ordinal));
    }

    private static async Task<bool> AreAllowedAsync()
    {
        if (!Environment.IsPrivilegedProcess)
        {
            return false;
        }

        string name = $"rendezvous-test-{Environment.ProcessId}";
        await using ChildProcess add = ChildProcess.Start("ip netns add", "ip", ["netns", "add", name], "/");
        if (await add.ExitAsync() != 0)
        {
            return false;
        }

        await using ChildProcess remove = ChildProcess.Start("ip netns del", "ip", ["netns", "del", name], "/");
        return await remove.ExitAsync() == 0;
    }
}
