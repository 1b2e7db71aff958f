using System.Diagnostics;
using System.Globalization;
using RendezvousCluster.Testing;
using RendezvousCluster.Testing.Processes;

namespace RendezvousCluster.Chaos.Cluster;

public sealed class NodeClockTests
{
    // Reading a clock in another process takes a moment, more on a loaded machine.
    private static readonly TimeSpan Tolerance = TimeSpan.FromSeconds(5);

    [Fact]
    public async Task The_wall_clock_of_a_running_process_steps_both_ways_and_its_steady_clock_does_not()
    {
        using var folder = new TemporaryFolder();
        var clock = new NodeClock(folder.Path);
        string[] command = [.. clock.Prefix, "dotnet", typeof(NodeClockTests).Assembly.Location, ClockReader.Argument];
        await using ChildProcess process = ChildProcess.Start("reader of clocks", command[0], command[1..], folder.Path);
        foreach (int seconds in new[] { 0, 20, -30, 3600, 0 })
        {
            TimeSpan offset = TimeSpan.FromSeconds(seconds);
            clock.Set(offset);
            await Schedule.PassAsync(NodeClock.Notice);
            (TimeSpan wall, TimeSpan steady) = await ReadAsync(process);

            Assert.Equal(offset, clock.Offset);
            Assert.InRange(wall - offset, -Tolerance, Tolerance);
            Assert.InRange(steady, -Tolerance, Tolerance);
            NodeClock.Unshare(process.Id);
        }
    }

    /// <summary>How far the clocks of the process are ahead of ours.</summary>
    private static async Task<(TimeSpan Wall, TimeSpan Steady)> ReadAsync(ChildProcess process)
    {
        await process.Input.WriteLineAsync();
        await process.Input.FlushAsync();
        Task<string?> answer = process.ReadLineAsync();
        await process.Explain(answer.Within(TestTimeouts.Default, "the time"));
        long[] clocks = [.. (await answer)!.Split(' ').Select(part => long.Parse(part, CultureInfo.InvariantCulture))];
        return (new DateTime(clocks[0], DateTimeKind.Utc) - DateTime.UtcNow, Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), clocks[1]));
    }
}
