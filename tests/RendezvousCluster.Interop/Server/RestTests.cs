using System.Globalization;
using RendezvousCluster.Interop.Processes;

namespace RendezvousCluster.Interop.Server;

/// <summary>What a server does that nobody asks for anything: a point in somebody's home does little else.</summary>
[Collection(nameof(Alone))]
public sealed class RestTests
{
    /// <summary>Measured are some 150, and were some 350 to 750 while a wheel of timers turned.</summary>
    private const int MaxWakesPerSecond = 250;

    private const int WindowSeconds = 5;
    private const int MaxWindows = 8;

    [Fact]
    public async Task A_server_that_nobody_asks_for_anything_wakes_up_rarely()
    {
        using var folder = new TemporaryFolder();
        await using ServerProcess server = await ServerProcess.StartAsync(folder);
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(WindowSeconds));
        await timer.WaitForNextTickAsync();
        var windows = new List<long>();

        // One that has just started still compiles and collects.
        for (int window = 0; window < MaxWindows; window++)
        {
            Dictionary<string, long> before = Wakes(server.Id);
            await timer.WaitForNextTickAsync();
            windows.Add(Wakes(server.Id).Sum(thread => thread.Value - before.GetValueOrDefault(thread.Key)));
            if (windows[^1] <= MaxWakesPerSecond * WindowSeconds)
            {
                return;
            }
        }

        string threads = string.Join(
            ", ", Wakes(server.Id).OrderByDescending(thread => thread.Value).Select(thread => $"{thread.Value} {thread.Key}"));
        Assert.Fail(
            $"{windows.Min() / WindowSeconds} wake-ups a second at the least; each window: {string.Join(", ", windows)}; by thread: "
            + threads);
    }

    // How often each thread has gone to sleep.
    private static Dictionary<string, long> Wakes(int process)
    {
        const string Label = "voluntary_ctxt_switches:";
        var wakes = new Dictionary<string, long>();
        foreach (string thread in Directory.GetDirectories($"/proc/{process}/task"))
        {
            try
            {
                string[] status = File.ReadAllLines($"{thread}/status");
                string line = status.Single(line => line.StartsWith(Label, StringComparison.Ordinal));
                wakes[$"{status[0]["Name:".Length..].Trim()} {Path.GetFileName(thread)}"] =
                    long.Parse(line[Label.Length..], CultureInfo.InvariantCulture);
            }
            catch (IOException)
            {
                continue; // the thread has ended meanwhile
            }
        }

        return wakes;
    }
}
