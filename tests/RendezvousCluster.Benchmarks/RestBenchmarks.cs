using System.Globalization;

namespace RendezvousCluster.Benchmarks;

/// <summary>What a server costs that nobody asks for anything. Linux: it reads /proc.</summary>
internal static class RestBenchmarks
{
    /// <summary>A server that has just started still compiles and collects.</summary>
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(20);

    private const int TicksPerSecond = 100; // of the times in /proc, on every machine that .NET runs on

    public static async Task RunAsync(int seconds, bool memory)
    {
        await using ServerUnderTest server = await ServerUnderTest.StartAsync(memory);
        await WaitAsync(Settling);
        Dictionary<string, ThreadUse> before = Look(server.ProcessId);
        await WaitAsync(TimeSpan.FromSeconds(seconds));
        Dictionary<string, ThreadUse> after = Look(server.ProcessId);

        var uses = after.Select(use => (use.Key, Used: use.Value.Since(before.GetValueOrDefault(use.Key)))).ToList();
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"at rest, {seconds} s: {uses.Sum(use => use.Used.Ticks) * 100.0 / TicksPerSecond / seconds:0.##} % of a core, "
            + $"{uses.Sum(use => use.Used.Wakes) / (double)seconds:0} wake-ups a second, "
            + $"{server.ResidentBytes / 1048576} MiB resident, {after.Values.Sum(use => use.Threads)} threads"));
        foreach ((string name, ThreadUse used) in uses.Where(use => use.Used.Wakes >= seconds).OrderByDescending(use => use.Used.Wakes))
        {
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"  {name}: {used.Wakes / (double)seconds:0} wake-ups a second, {used.Ticks * 100.0 / TicksPerSecond / seconds:0.##} %"));
        }
    }

    private static async Task WaitAsync(TimeSpan time)
    {
        using var timer = new PeriodicTimer(time);
        await timer.WaitForNextTickAsync();
    }

    // By the threads' names: those of a pool come and go.
    private static Dictionary<string, ThreadUse> Look(int process)
    {
        var found = new Dictionary<string, ThreadUse>();
        foreach (string thread in Directory.GetDirectories($"/proc/{process}/task"))
        {
            try
            {
                string stat = File.ReadAllText($"{thread}/stat");
                string name = stat[(stat.IndexOf('(', StringComparison.Ordinal) + 1)..stat.LastIndexOf(')')];
                string[] fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
                string wakes = File.ReadLines($"{thread}/status")
                    .Single(line => line.StartsWith("voluntary_ctxt_switches", StringComparison.Ordinal));
                var use = new ThreadUse(
                    long.Parse(fields[11], CultureInfo.InvariantCulture) + long.Parse(fields[12], CultureInfo.InvariantCulture),
                    long.Parse(wakes[(wakes.IndexOf(':', StringComparison.Ordinal) + 1)..], CultureInfo.InvariantCulture),
                    1);
                found[name] = found.GetValueOrDefault(name).And(use);
            }
            catch (IOException)
            {
                continue; // the thread has ended meanwhile
            }
        }

        return found;
    }

    private readonly record struct ThreadUse(long Ticks, long Wakes, int Threads)
    {
        public ThreadUse And(ThreadUse other) => new(Ticks + other.Ticks, Wakes + other.Wakes, Threads + other.Threads);

        public ThreadUse Since(ThreadUse before) => new(Ticks - before.Ticks, Wakes - before.Wakes, Threads);
    }
}
