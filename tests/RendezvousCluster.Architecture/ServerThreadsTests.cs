using System.Text.Json;
using RendezvousCluster.Registry.Journal;

namespace RendezvousCluster.Architecture;

/// <summary>What the server's project file asks of the runtime; a misspelt property there is silently ignored.</summary>
public class ServerThreadsTests
{
    /// <summary>Each connection that is given up can block a thread for seconds, and nothing else may wait for that.</summary>
    [Fact]
    public void There_are_more_threads_from_the_start_than_connections_to_the_database()
    {
        using JsonDocument config = JsonDocument.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "RendezvousCluster.Server.runtimeconfig.json")));

        int threads = config.RootElement
            .GetProperty("runtimeOptions").GetProperty("configProperties").GetProperty("System.Threading.ThreadPool.MinThreads").GetInt32();

        Assert.True(threads > ServerConnections.MaxPoolSize, $"{threads} threads");
    }
}
