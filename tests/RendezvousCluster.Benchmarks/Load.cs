using System.Diagnostics;

namespace RendezvousCluster.Benchmarks;

/// <summary>Runs many peers side by side, each doing one thing after another, for a bounded time.</summary>
internal static class Load
{
    /// <summary>Makes and connects peers, a few at a time.</summary>
    public static async Task<RendezvousPeer[]> ConnectAsync(ServerUnderTest server, int count)
    {
        var peers = new RendezvousPeer[count];
        await Parallel.ForEachAsync(Enumerable.Range(0, count), new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (index, _) =>
        {
            peers[index] = new RendezvousPeer();
            await peers[index].ConnectAsync(server.Addresses[0]);
        });
        return peers;
    }

    /// <summary>Repeats <paramref name="operation"/> on every peer until the time is over.</summary>
    public static async Task<LoadResult> RunAsync(
        ServerUnderTest server, RendezvousPeer[] peers, TimeSpan duration, Func<RendezvousPeer, int, Task> operation)
    {
        TimeSpan cpuBefore = server.CpuTime;
        long began = Stopwatch.GetTimestamp();
        long[] counts = await Task.WhenAll(peers.Select(async (peer, index) =>
        {
            long count = 0;
            while (Stopwatch.GetElapsedTime(began) < duration)
            {
                await operation(peer, index);
                count++;
            }

            return count;
        }));
        return new LoadResult(counts.Sum(), Stopwatch.GetElapsedTime(began), server.CpuTime - cpuBefore);
    }

    public static async Task DisposeAsync(IEnumerable<RendezvousPeer> peers)
    {
        foreach (RendezvousPeer peer in peers)
        {
            await peer.DisposeAsync();
        }
    }
}

/// <summary>What a load run did, and what it cost the server.</summary>
internal sealed record LoadResult(long Operations, TimeSpan Elapsed, TimeSpan ServerCpu)
{
    public double PerSecond => Operations / Elapsed.TotalSeconds;

    public double ServerCpuMicroseconds => ServerCpu.TotalMicroseconds / Operations;
}
