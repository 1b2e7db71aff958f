using RendezvousCluster.Client;
using RendezvousCluster.Client.Discovery;
using RendezvousCluster.Client.Points;
using RendezvousCluster.Client.Registrations;
using RendezvousCluster.Interop.Processes;
using RendezvousCluster.Interop.Server;
using RendezvousCluster.Testing;

namespace RendezvousCluster.Interop.Client;

/// <summary>Points that are real processes die, and the registered peers stay found.</summary>
[TakesSeconds(72)]
public sealed class PointDeathTests
{
    private const string Ns = "survivors";

    // A refresh comes at three quarters of it at the latest: what is left, five seconds, is all that a loaded machine may be late.
    private static readonly TimeSpan Ttl = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task Over_the_death_of_one_of_two_points_there_is_no_gap_in_what_is_discovered()
    {
        using var oneData = new TemporaryFolder();
        using var otherData = new TemporaryFolder();
        await using ServerProcess victim = await ServerProcess.StartAsync(oneData, "--min-ttl", "1", "--enable-memory-database");
        await using ServerProcess survivor = await ServerProcess.StartAsync(otherData, "--min-ttl", "1", "--enable-memory-database");
        await using ClientNode registrant = await ClientNode.StartAsync(victim.TcpAddress, survivor.TcpAddress);
        await using ClientNode seeker = await ClientNode.StartAsync(victim.TcpAddress, survivor.TcpAddress);
        await registrant.Client.RegisterAsync(Ns, Ttl).Within();
        await HeldAtAsync(registrant, points: 2);

        // Discovered without a pause, from before the death until the grant of the dead point is long over and the other refreshed twice.
        using var stop = new CancellationTokenSource();
        Task<int> discovering = DiscoverUntilAsync(seeker, registrant.Id, stop.Token);
        await victim.KillAsync();
        int refreshes = 0;
        long began = TimeProvider.System.GetTimestamp();
        while (refreshes < 2 || TimeProvider.System.GetElapsedTime(began) < 2 * Ttl)
        {
            RegistrationEvent happened = await registrant.NextEventAsync();
            refreshes += happened.Kind == RegistrationEventKind.Refreshed && happened.Point.PeerId.ToString() == survivor.PeerId ? 1 : 0;
        }

        await stop.CancelAsync();
        Assert.InRange(await discovering.Within(), 3, int.MaxValue);
        Assert.Equal([false, true], registrant.Client.Points.Select(point => point.IsHealthy));
    }

    [Fact]
    public async Task A_point_that_comes_back_with_an_empty_memory_gets_the_registration_again()
    {
        using var data = new TemporaryFolder();
        string tcp;
        await using ServerProcess victim = await ServerProcess.StartAsync(data, "--enable-memory-database");
        tcp = victim.TcpAddress;
        await using ClientNode registrant = await ClientNode.StartAsync(tcp);
        await registrant.Client.RegisterAsync(Ns).Within(); // for two hours: only the lost connection can bring it back
        await registrant.NextEventAsync();

        await victim.KillAsync();
        string listen = tcp[..tcp.IndexOf("/p2p/", StringComparison.Ordinal)];
        await using ChildProcess again = ServerProcess.Run(data, ["--listen", listen, "--data-dir", data.Path, "--enable-memory-database"]);
        RegistrationEvent happened;
        do
        {
            happened = await registrant.NextEventAsync(); // failures, while it is away
        }
        while (happened.Kind == RegistrationEventKind.Failed);

        await using ClientNode seeker = await ClientNode.StartAsync(tcp);
        Assert.Equal(registrant.Id, Assert.Single(await seeker.DiscoverAsync(Ns)).PeerId.ToString());
    }

    private static async Task HeldAtAsync(ClientNode node, int points)
    {
        var held = new HashSet<RendezvousPoint>();
        while (held.Count < points)
        {
            held.Add((await node.NextEventAsync()).Point);
        }
    }

    private static async Task<int> DiscoverUntilAsync(ClientNode seeker, string expected, CancellationToken stop)
    {
        int rounds = 0;
        for (; !stop.IsCancellationRequested; rounds++)
        {
            DiscoveredPeer found = Assert.Single(await seeker.DiscoverAsync(Ns));
            Assert.Equal(expected, found.PeerId.ToString());
        }

        return rounds;
    }
}
