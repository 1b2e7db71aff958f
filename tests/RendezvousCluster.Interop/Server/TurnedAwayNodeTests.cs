using RendezvousCluster.Interop.Processes;
using RendezvousCluster.Interop.Rendezvous;
using RendezvousCluster.Testing;
using RendezvousCluster.Testing.Certificates;
using RendezvousCluster.Testing.Databases;

namespace RendezvousCluster.Interop.Server;

/// <summary>A node whose settings do not fit the cluster that it joins, as its supervisor and its operator see it.</summary>
public sealed class TurnedAwayNodeTests(TestPostgres database) : IClassFixture<TestPostgres>
{
    private const int NewNamespaces = 8;

    [Fact]
    public async Task A_node_with_another_longest_time_to_live_ends_with_1_and_one_line_and_the_cluster_goes_on()
    {
        string connectionString = await database.CreateDatabaseAsync();
        string seed = $"127.0.0.1:{TestDatabaseServer.FreePort()}";
        using TemporaryFolder oneData = new(), otherData = new();
        await using ServerProcess one = await ServerProcess.StartAsync(oneData, Options(connectionString, seed, bind: seed));

        await using ChildProcess other = ServerProcess.Run(
            otherData,
            [
                "--data-dir", otherData.Path, "--listen", "/ip4/127.0.0.1/tcp/0", "--max-ttl", "2h",
                .. Options(connectionString, seed, bind: "127.0.0.1:0"),
            ]);

        Assert.Equal(1, await other.ExitAsync());
        string line = Assert.Single(other.Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.StartsWith("rendezvous-server: This node cannot join ", line, StringComparison.Ordinal);
        Assert.Contains("MaxTtlSeconds is 2h at 127.0.0.1:", line, StringComparison.Ordinal);
        Assert.Contains($" and 3d at {seed}", line, StringComparison.Ordinal);

        // Each namespace is in a shard that has no home yet: with one member more, the first of them would wait until its silence is
        // noticed.
        await using WirePeer peer = await WirePeer.ConnectAsync(one.TcpAddress);
        for (int number = 0; number < NewNamespaces; number++)
        {
            await peer.RegisterAsync($"turned-away-{number}");
        }
    }

    private static string[] Options(string connectionString, string seed, string bind) =>
    [
        "--management", "none", "--storage", "postgres", "--connection-string", connectionString, "--cluster-bind", bind, "--seed", seed,
        "--failure-detection", "calm", .. TestCertificates.Options,
    ];
}
