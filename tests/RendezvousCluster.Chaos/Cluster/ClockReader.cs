using System.Diagnostics;
using System.Globalization;

namespace RendezvousCluster.Chaos.Cluster;

/// <summary>
/// Tells what time it is by both clocks of .NET, once for each line that it is sent: how a test sees what <see cref="NodeClock"/> does to a
/// process.
/// </summary>
internal static class ClockReader
{
    /// <summary>Instead of the arguments of <see cref="ChaosCommand"/>.</summary>
    public const string Argument = "--clocks";

    /// <summary>Answers until there are no more lines.</summary>
    public static async Task<int> RunAsync(TextReader input, TextWriter output)
    {
        while (await input.ReadLineAsync() is not null)
        {
            await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{DateTime.UtcNow.Ticks} {Stopwatch.GetTimestamp()}"));
            await output.FlushAsync();
        }

        return 0;
    }
}
