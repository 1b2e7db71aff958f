using System.Diagnostics;
using System.Net;
using RendezvousCluster.Interop.Processes;
using RendezvousCluster.Interop.Rendezvous;
using RendezvousCluster.Libp2p.Multiformats;
using RendezvousCluster.Testing;
using RendezvousCluster.Testing.Hostile;

namespace RendezvousCluster.Interop.Server;

/// <summary>
/// The real server, with default settings, under connections that ask and never read: what it holds stays bounded, an honest peer is served
/// meanwhile, and the memory comes back. Half of the flood for which `bench flood` gives the figures, and more than the bound all the same.
/// </summary>
[Collection(nameof(Alone))]
public sealed class UnreadFloodTests
{
    private const int Connections = 30;
    private const int AskingStreams = 8;
    private const int FilledStreams = 118;
    private const int Records = 40;
    private const long MostMoreBytes = 512L * 1024 * 1024;
    private const long BackBytes = 128L * 1024 * 1024;

    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan SendLimit = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan BackLimit = TimeSpan.FromSeconds(60);

    // What a loaded machine adds: the test process, which floods, shares the cores with the server.
    private static readonly TimeSpan Noise = TimeSpan.FromMilliseconds(500);

    [Theory]
    [InlineData(HostileFrames.Yamux)]
    [InlineData(HostileFrames.Mplex)]
    public async Task A_flood_of_unread_requests_costs_bounded_memory_which_comes_back_and_an_honest_peer_is_served(string muxer)
    {
        using var data = new TemporaryFolder();
        await using ServerProcess server = await ServerProcess.StartAsync(data);
        string ns = RunningServer.NewNamespace();
        await Parallel.ForAsync(0, Records, new ParallelOptions { MaxDegreeOfParallelism = 4 }, async (_, _) =>
        {
            await using WirePeer peer = await WirePeer.ConnectAsync(server.TcpAddress);
            await peer.RegisterAsync(ns);
        });
        await using WirePeer honest = await WirePeer.ConnectAsync(server.TcpAddress);
        await AskAsync(honest, ns, AfterAsync(Quiet));
        TimeSpan quiet = await AskAsync(honest, ns, AfterAsync(Quiet));
        long idle = server.ResidentBytes;

        var shape = new FloodShape(muxer, ns, Connections, AskingStreams, FilledStreams);
        long most = 0;
        using (var limit = new CancellationTokenSource(SendLimit))
        {
            Task<UnreadFlood> flooding = UnreadFlood.StartAsync(PointOf(server), shape, limit.Token);
            TimeSpan busy = await AskAsync(honest, ns, flooding, () => most = Math.Max(most, server.ResidentBytes));
            await using UnreadFlood flood = await flooding;
            Assert.True(
                busy < (2 * quiet) + Noise,
                $"Half of the honest requests took {busy.TotalMilliseconds:0} ms and more, {quiet.TotalMilliseconds:0} without the flood.");
        }

        Assert.True(most < idle + MostMoreBytes, $"The server took {most >> 20} MiB, {idle >> 20} before the flood.");
        await Eventually.EqualAsync(true, () => server.ResidentBytes < idle + BackBytes, BackLimit);
        Assert.NotEmpty((await honest.DiscoverAsync(ns)).Found);
        Assert.All(
            server.Errors.Split('\n').Where(line => line.Contains("The limit ", StringComparison.Ordinal))
                .GroupBy(line => line.Contains("MaxHeldBytes", StringComparison.Ordinal)),
            lines => Assert.InRange(lines.Count(), 0, 2));
    }

    /// <summary>Asks one request after the other until <paramref name="end"/>; answers the median of the time that one takes.</summary>
    private static async Task<TimeSpan> AskAsync(WirePeer peer, string ns, Task end, Action? afterEach = null)
    {
        var times = new List<TimeSpan>();
        do
        {
            long began = Stopwatch.GetTimestamp();
            await peer.DiscoverAsync(ns, limit: 10);
            times.Add(Stopwatch.GetElapsedTime(began));
            afterEach?.Invoke();
        }
        while (!end.IsCompleted);

        times.Sort();
        return times[times.Count / 2];
    }

    private static async Task AfterAsync(TimeSpan time)
    {
        using var timer = new PeriodicTimer(time);
        await timer.WaitForNextTickAsync();
    }

    private static IPEndPoint PointOf(ServerProcess server) =>
        new(IPAddress.Loopback, int.Parse(Multiaddr.Parse(server.TcpAddress).ValueOf("tcp")!));
}
