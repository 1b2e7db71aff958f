using RendezvousCluster.Interop.Processes;
using RendezvousCluster.Testing;
using RendezvousCluster.Testing.Databases;

namespace RendezvousCluster.Interop.Server;

/// <summary>A server that its machine does not let run for so long that the others put it out of the cluster.</summary>
[Collection(nameof(Clusters))]
public sealed class StandstillTests(TestPostgres database) : IClassFixture<TestPostgres>
{
    private const int OutOfCluster = 3;
    private const int Namespaces = 12;

    [Fact]
    public async Task A_node_that_stood_still_too_long_ends_with_exit_code_3_and_one_line()
    {
        await using ServerCluster cluster = await ServerCluster.StartAsync(database);
        ServerProcess[] others = [.. cluster.Servers.Take(2)];
        ServerProcess third = cluster.Servers[2];
        await ServerCluster.RegisterAtAsync(third, Name(0));

        // The nodes own them by turns. Those of the third have an owner again only when it is out.
        for (int index = 1; index < Namespaces; index++)
        {
            await ServerCluster.FindAsync(0, Name(index), [others[0]]);
        }

        third.Pause();
        // That the namespaces are served says nothing if the third happened to own none of them: a node that goes on before it is out
        // stays.
        foreach (ServerProcess other in others)
        {
            await Eventually.EqualAsync(
                true, () => other.Errors.Contains("is taken for dead", StringComparison.Ordinal), ServerCluster.FailoverTimeout);
        }

        for (int index = 0; index < Namespaces; index++)
        {
            await ServerCluster.FindAsync(index == 0 ? 1 : 0, Name(index), [others[0]]);
        }

        third.Continue();

        (int exitCode, string errors) = await third.ExitAsync(ServerCluster.FailoverTimeout);
        Assert.Equal(OutOfCluster, exitCode);
        Assert.Single(
            errors.Split('\n'), line => line.StartsWith("rendezvous-server: This node is out of the cluster: ", StringComparison.Ordinal));
        await ServerCluster.FindAsync(1, Name(0), others);
    }

    private static string Name(int index) => $"still-{index}";
}
