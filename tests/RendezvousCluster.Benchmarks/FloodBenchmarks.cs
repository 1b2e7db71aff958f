using System.Diagnostics;
using System.Net;
using RendezvousCluster.Testing.Hostile;

namespace RendezvousCluster.Benchmarks;

/// <summary>What a flood of unread requests costs the server in memory, and an honest peer in time: before, during and after it.</summary>
internal static class FloodBenchmarks
{
    private const string Namespace = "bench-flood";
    private const int Records = 1_000;
    private const int HonestLimit = 10;
    private const ulong TtlSeconds = 7_200;

    private static readonly TimeSpan SampleInterval = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan HonestInterval = TimeSpan.FromMilliseconds(2);
    private static readonly TimeSpan RecoveryLimit = TimeSpan.FromSeconds(75);

    public static async Task RunAsync(string muxer, int connections, int seconds)
    {
        await using ServerUnderTest server = await ServerUnderTest.StartAsync(memoryDatabase: true);
        RendezvousPeer[] registered = await Load.ConnectAsync(server, Records);
        await Task.WhenAll(registered.Select(peer => peer.RegisterAsync(Namespace, TtlSeconds)));
        await Load.DisposeAsync(registered[1..]);
        RendezvousPeer honest = registered[0];
        await HonestAsync(honest, AfterAsync(TimeSpan.FromSeconds(3)));
        double quiet = await HonestAsync(honest, AfterAsync(TimeSpan.FromSeconds(seconds)));
        long idle = server.ResidentBytes;

        var point = new IPEndPoint(IPAddress.Loopback, int.Parse(server.Addresses[0].ValueOf("tcp")!));
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(seconds));
        TimeSpan cpu = server.CpuTime;
        Task<long> peak = PeakAsync(server, limit.Token);
        Task<double> busy = HonestAsync(honest, AfterAsync(TimeSpan.FromSeconds(seconds)));
        UnreadFlood flood = await UnreadFlood.StartAsync(
            point, new FloodShape(muxer, Namespace, connections, AskingStreams: 8, FilledStreams: 118), limit.Token);
        double during = await busy;
        long most = await peak;
        int cut = flood.Cut;
        Console.WriteLine(
            $"{muxer}, {connections} connections for {seconds} s: {cut} cut; server CPU {(server.CpuTime - cpu).TotalSeconds:0.#} s");
        await flood.DisposeAsync();

        Console.WriteLine($"  resident memory: idle {Mib(idle)}, at most {Mib(most)} (+{Mib(most - idle)})");
        Console.WriteLine($"  p99 of an honest DISCOVER of {HonestLimit}: quiet {quiet:0.00} ms, during {during:0.00} ms");
        long began = Stopwatch.GetTimestamp();
        foreach (int after in new[] { 1, 5, 15, 30, 45, 60, (int)RecoveryLimit.TotalSeconds })
        {
            await HonestAsync(honest, AfterAsync(TimeSpan.FromSeconds(after) - Stopwatch.GetElapsedTime(began)));
            Console.WriteLine($"  {after} s after its end: {Mib(server.ResidentBytes)} (+{Mib(server.ResidentBytes - idle)})");
        }

        await honest.DisposeAsync();
    }

    private static async Task<long> PeakAsync(ServerUnderTest server, CancellationToken until)
    {
        long most = 0;
        while (!until.IsCancellationRequested)
        {
            most = Math.Max(most, server.ResidentBytes);
            await AfterAsync(SampleInterval);
        }

        return most;
    }

    /// <summary>Asks again and again until <paramref name="end"/>; answers the 99th percentile in milliseconds.</summary>
    private static async Task<double> HonestAsync(RendezvousPeer peer, Task end)
    {
        var times = new List<double>();
        while (!end.IsCompleted)
        {
            long began = Stopwatch.GetTimestamp();
            await peer.DiscoverAsync(Namespace, HonestLimit);
            times.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
            await AfterAsync(HonestInterval);
        }

        times.Sort();
        return times[(int)(times.Count * 0.99)];
    }

    private static async Task AfterAsync(TimeSpan time)
    {
        using var timer = new PeriodicTimer(time);
        await timer.WaitForNextTickAsync();
    }

    private static string Mib(long bytes) => $"{bytes / 1048576.0:0} MiB";
}
