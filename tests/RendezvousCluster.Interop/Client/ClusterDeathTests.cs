using RendezvousCluster.Client.Discovery;
using RendezvousCluster.Client.Registrations;
using RendezvousCluster.Interop.Processes;
using RendezvousCluster.Interop.Server;
using RendezvousCluster.Testing;
using RendezvousCluster.Testing.Certificates;
using RendezvousCluster.Testing.Databases;

namespace RendezvousCluster.Interop.Client;

/// <summary>
/// A client of a cluster: three real servers on one PostgreSQL, each a point of its own. One is killed, with the namespaces that it owned.
/// </summary>
[Collection(nameof(Clusters))]
public sealed class ClusterDeathTests(TestPostgres database) : IClassFixture<TestPostgres>
{
    /// <summary>Enough for the one that dies to own some.</summary>
    private const int Namespaces = 9;

    /// <summary>
    /// From a refresh, due after three quarters at the latest, to the end there is room for a failover, also on a loaded machine.
    /// </summary>
    private static readonly TimeSpan Ttl = TimeSpan.FromSeconds(48);

    [Fact]
    public async Task Over_the_death_of_a_node_nobody_is_missed_and_every_registration_is_refreshed()
    {
        string connectionString = await database.CreateDatabaseAsync();
        string seed = $"127.0.0.1:{TestDatabaseServer.FreePort()}";
        using TemporaryFolder oneData = new(), otherData = new(), thirdData = new();
        await using ServerProcess one = await StartAsync(oneData, connectionString, seed, seed);
        await using ServerProcess victim = await StartAsync(otherData, connectionString, seed, "127.0.0.1:0");
        await using ServerProcess third = await StartAsync(thirdData, connectionString, seed, "127.0.0.1:0");
        string[] points = [one.TcpAddress, victim.TcpAddress, third.TcpAddress];
        await using ClientNode registrant = await ClientNode.StartAsync(options => options.RegisterAt = 2, points);
        await using ClientNode seeker = await ClientNode.StartAsync(options => options.WatchInterval = TimeSpan.FromSeconds(1), points);
        for (int index = 0; index < Namespaces; index++)
        {
            await registrant.Client.RegisterAsync(Name(index), Ttl).Within();
        }

        // One that is refused at first, by a cluster that has just come together, is asked for again.
        for (int granted = 0; granted < 2 * Namespaces;)
        {
            granted += (await registrant.NextEventAsync()).Kind == RegistrationEventKind.Registered ? 1 : 0;
        }

        using var stop = new CancellationTokenSource();
        var joined = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Task<List<PeerChange>> watching = WatchAsync(seeker, joined, stop.Token);
        await joined.Task.Within();

        await victim.KillAsync();
        await RefreshedTwiceAsync(registrant, victim.PeerId);

        await stop.CancelAsync();
        List<PeerChange> changes = await watching.Within();
        Assert.Equal(Enumerable.Range(0, Namespaces).Select(Name), changes.Select(change => change.Peer.Namespace).Order());
        Assert.All(changes, change => Assert.Equal(PeerChangeKind.Joined, change.Kind));
        for (int index = 0; index < Namespaces; index++)
        {
            Assert.Equal(registrant.Id, Assert.Single(await seeker.DiscoverAsync(Name(index))).PeerId.ToString());
        }
    }

    private static string Name(int index) => $"cluster-{index}";

    private static Task<ServerProcess> StartAsync(
        TemporaryFolder data, string connectionString, string seed, string bind) => ServerProcess.StartAsync(
        data,
        [
            "--storage", "postgres", "--connection-string", connectionString, "--cluster-bind", bind, "--seed", seed, "--min-ttl", "1",
            // The death of a process is found out at once. Two that only wait for the processor must not be taken for dead as well.
            "--failure-detection", "calm", .. TestCertificates.Options,
        ]);

    // Every change in all of the namespaces until it is stopped; tells when everybody has joined.
    private static async Task<List<PeerChange>> WatchAsync(ClientNode seeker, TaskCompletionSource joined, CancellationToken stop)
    {
        var changes = new List<PeerChange>();
        await Task.WhenAll(Enumerable.Range(0, Namespaces).Select(async index =>
        {
            try
            {
                await foreach (PeerChange change in seeker.Client.WatchAsync(Name(index), stop))
                {
                    lock (changes)
                    {
                        changes.Add(change);
                        if (changes.Count == Namespaces)
                        {
                            joined.TrySetResult();
                        }
                    }
                }
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                return;
            }
        }));
        return changes;
    }

    // By then every grant of before the death is long over.
    private static async Task RefreshedTwiceAsync(ClientNode registrant, string victim)
    {
        var refreshes = new Dictionary<string, int>();
        while (refreshes.Values.Count(count => count >= 2) < Namespaces)
        {
            RegistrationEvent happened = await registrant.NextEventAsync(TimeSpan.FromMinutes(1));
            if (happened.Kind is RegistrationEventKind.Registered or RegistrationEventKind.Refreshed
                && happened.Point.PeerId.ToString() != victim)
            {
                refreshes[happened.Namespace] = refreshes.GetValueOrDefault(happened.Namespace) + 1;
            }
        }
    }
}
