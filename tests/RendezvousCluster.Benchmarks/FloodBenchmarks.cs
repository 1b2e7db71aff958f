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

    /// <summary>
    /// Quiet and flooded phases take turns, so that what else the machine does meets both.
    /// </summary>
    public static async Task RunAsync(string muxer, int connections, int seconds, int runs)
    {
        await using ServerUnderTest server = await ServerUnderTest.StartAsync(memoryDatabase: true);
        RendezvousPeer[] registered = await Load.ConnectAsync(server, Records);
        await Task.WhenAll(registered.Select(peer => peer.RegisterAsync(Namespace, TtlSeconds)));
        await Load.DisposeAsync(registered[1..]);
        RendezvousPeer honest = registered[0];
        await HonestAsync(honest, AfterAsync(TimeSpan.FromSeconds(3)));

        // A first flood, which is not counted, has everything compiled.
        await RoundAsync(server, honest, new FloodShape(muxer, Namespace, connections, AskingStreams: 8, FilledStreams: 118), seconds);
        long idle = server.ResidentBytes;
        var (quiet, during, added, cpu, attackers, most) = (
            new Measurements("p99 quiet", "ms"),
            new Measurements("p99 during", "ms"),
            new Measurements("p99 during above twice quiet", "ms"),
            new Measurements("server CPU of the flood", "s"),
            new Measurements("attacker CPU", "s"),
            new Measurements("most memory above idle", "MiB"));
        for (int run = 0; run < runs; run++)
        {
            FloodRound round = await RoundAsync(
                server, honest, new FloodShape(muxer, Namespace, connections, AskingStreams: 8, FilledStreams: 118), seconds);
            Console.WriteLine($"  {muxer}, round {run + 1}: {round}");
            quiet.Add(round.Quiet.P99);
            during.Add(round.During.P99);
            added.Add(round.During.P99 - (2 * round.Quiet.P99));
            cpu.Add(round.ServerCpu.TotalSeconds);
            attackers.Add(round.AttackerCpu.TotalSeconds);
            most.Add((round.MostBytes - idle) / 1048576.0);
        }

        Console.WriteLine($"{muxer}, {connections} connections, {seconds} s; "
            + $"an honest DISCOVER of {HonestLimit}; resident when idle {Mib(idle)}");
        Array.ForEach([quiet, during, added, cpu, attackers, most], values => Console.WriteLine($"  {values}"));
        long began = Stopwatch.GetTimestamp();
        foreach (int after in new[] { 1, 15, 30, 45, 60, (int)RecoveryLimit.TotalSeconds })
        {
            await HonestAsync(honest, AfterAsync(TimeSpan.FromSeconds(after) - Stopwatch.GetElapsedTime(began)));
            Console.WriteLine($"  {after} s after its end: {Mib(server.ResidentBytes)} (+{Mib(server.ResidentBytes - idle)})");
        }

        await honest.DisposeAsync();
    }

    /// <summary>The flood itself: what the process of its own runs, until its standard input ends.</summary>
    public static async Task AttackAsync(int port, FloodShape shape, int seconds)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(seconds));
        await using UnreadFlood flood = await UnreadFlood.StartAsync(new IPEndPoint(IPAddress.Loopback, port), shape, limit.Token);
        await Console.In.ReadToEndAsync();
        Console.WriteLine(flood.Cut);
    }

    private static async Task<FloodRound> RoundAsync(ServerUnderTest server, RendezvousPeer honest, FloodShape shape, int seconds)
    {
        HonestTimes quiet = await HonestAsync(honest, AfterAsync(TimeSpan.FromSeconds(seconds)));
        TimeSpan cpuBefore = server.CpuTime;
        await using FloodProcess flood = FloodProcess.Start(int.Parse(server.Addresses[0].ValueOf("tcp")!), shape, seconds);
        using var end = new CancellationTokenSource(TimeSpan.FromSeconds(seconds));
        Task<long> most = PeakAsync(server, end.Token);
        HonestTimes during = await HonestAsync(honest, AfterAsync(TimeSpan.FromSeconds(seconds)));
        TimeSpan cpu = server.CpuTime - cpuBefore;
        TimeSpan attackerCpu = flood.CpuTime;
        int cut = await flood.EndAsync();
        return new FloodRound(quiet, during, cpu, attackerCpu, await most, cut);
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

    /// <summary>Asks again and again until <paramref name="end"/>.</summary>
    private static async Task<HonestTimes> HonestAsync(RendezvousPeer peer, Task end)
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
        return new HonestTimes(times[times.Count / 2], times[(int)(times.Count * 0.99)], times[^1]);
    }

    private static async Task AfterAsync(TimeSpan time)
    {
        using var timer = new PeriodicTimer(time);
        await timer.WaitForNextTickAsync();
    }

    private static string Mib(long bytes) => $"{bytes / 1048576.0:0} MiB";
}

/// <summary>How long an honest peer's requests took, in milliseconds.</summary>
internal sealed record HonestTimes(double Median, double P99, double Most)
{
    public override string ToString() => $"{Median:0.00} / {P99:0.00} / {Most:0.0} ms";
}

/// <summary>A quiet phase, and a flooded one behind it.</summary>
internal sealed record FloodRound(
    HonestTimes Quiet, HonestTimes During, TimeSpan ServerCpu, TimeSpan AttackerCpu, long MostBytes, int Cut)
{
    public override string ToString() =>
        $"median / p99 / most quiet {Quiet}, during {During}; server CPU {ServerCpu.TotalSeconds:0.0} s, "
        + $"attacker CPU {AttackerCpu.TotalSeconds:0.0} s, {Cut} cut";
}
