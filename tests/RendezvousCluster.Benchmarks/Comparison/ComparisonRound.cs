using System.Collections.Concurrent;
using System.Diagnostics;

namespace RendezvousCluster.Benchmarks.Comparison;

/// <summary>
/// One round at one point: peers connect, register in namespaces that are new, register again, and discover. All points are asked the same,
/// by the same generator, so what it costs itself is the same for all.
/// </summary>
internal sealed class ComparisonRound(ComparedPoint point, ComparisonShape shape, int number)
{
    private const ulong TtlSeconds = 7_200;
    private const int SmallPage = 10;
    private const int LargePage = 100;

    /// <summary>Its steps, in order.</summary>
    internal static readonly string[] Steps = ["connect", "register", "re-register", $"discover-{SmallPage}", $"discover-{LargePage}"];

    /// <summary>Runs all steps.</summary>
    /// <returns>A result for each of <see cref="Steps"/>.</returns>
    public async Task<StepResult[]> RunAsync()
    {
        var peers = new RendezvousPeer[shape.Peers];
        try
        {
            var results = new List<StepResult>
            {
                await MeasureAsync(shape.Peers, async index =>
                {
                    peers[index] = new RendezvousPeer(shape.NewStreams);
                    await peers[index].ConnectAsync(point.Address);
                }),
            };
            for (int registers = 0; registers < 2; registers++)
            {
                results.Add(await MeasureAsync(shape.Peers * shape.Namespaces, index =>
                    peers[index % shape.Peers].RegisterAsync(NameOf(index / shape.Peers), TtlSeconds)));
            }

            foreach (int page in new[] { SmallPage, LargePage })
            {
                int expected = Math.Min(page, shape.Peers);
                int fewest = expected;
                results.Add(await MeasureAsync(shape.Peers * 4, async index =>
                {
                    int found = await peers[index % shape.Peers].DiscoverAsync(NameOf(index % shape.Namespaces), (ulong)page);
                    if (found == 0)
                    {
                        throw new InvalidOperationException($"{point.Name} showed nothing.");
                    }

                    fewest = Math.Min(fewest, found);
                }));
                if (number == 0 && fewest < expected)
                {
                    // Points bound their pages: canvas' shows 64 at most.
                    Console.Error.WriteLine($"{point.Name} shows no more than {fewest} registrations on a page of {page}.");
                }
            }

            return [.. results];
        }
        finally
        {
            await Load.DisposeAsync(peers.Where(peer => peer is not null));
        }
    }

    private string NameOf(int index) => $"compare-{number}-{index}";

    // A peer is used by one worker only, for on a stream of its own one request follows another.
    private async Task<StepResult> MeasureAsync(int operations, Func<int, Task> operation)
    {
        var milliseconds = new ConcurrentBag<double>();
        TimeSpan? before = point.CpuTime;
        long began = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, Math.Min(shape.InFlight, shape.Peers)).Select(async worker =>
        {
            for (int index = 0; index < operations; index++)
            {
                if (index % shape.Peers % shape.InFlight == worker)
                {
                    long asked = Stopwatch.GetTimestamp();
                    await operation(index);
                    milliseconds.Add(Stopwatch.GetElapsedTime(asked).TotalMilliseconds);
                }
            }
        }));
        TimeSpan elapsed = Stopwatch.GetElapsedTime(began);
        return new StepResult(operations, elapsed, point.CpuTime - before, [.. milliseconds.Order()]);
    }
}
