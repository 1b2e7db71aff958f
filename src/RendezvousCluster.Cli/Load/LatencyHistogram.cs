using System.Numerics;

namespace RendezvousCluster.Cli.Load;

/// <summary>
/// Counts times in buckets that are as wide as a thirty-second of their value: any number of them in 8 KiB, and percentiles within 3 %.
/// From one microsecond to over an hour; what lies outside is counted at the edge.
/// </summary>
internal sealed class LatencyHistogram
{
    private const int BitsPerOctave = 5;
    private const int PerOctave = 1 << BitsPerOctave;
    private const int Octaves = 32;

    private readonly long[] _counts = new long[Octaves * PerOctave];

    /// <summary>How many were counted.</summary>
    public long Count { get; private set; }

    /// <summary>The longest.</summary>
    public TimeSpan Longest { get; private set; }

    /// <summary>Counts one.</summary>
    public void Add(TimeSpan time)
    {
        _counts[BucketOf((ulong)Math.Max(1, time.TotalMicroseconds))]++;
        Count++;
        Longest = time > Longest ? time : Longest;
    }

    /// <summary>Adds what another has counted.</summary>
    public void Add(LatencyHistogram other)
    {
        for (int bucket = 0; bucket < _counts.Length; bucket++)
        {
            _counts[bucket] += other._counts[bucket];
        }

        Count += other.Count;
        Longest = other.Longest > Longest ? other.Longest : Longest;
    }

    /// <summary>
    /// The time that <paramref name="part"/> of them (0.99 for p99) did not exceed, to the width of a bucket; zero when there are none.
    /// </summary>
    public TimeSpan Percentile(double part)
    {
        long wanted = (long)Math.Ceiling(Count * part);
        long seen = 0;
        for (int bucket = 0; bucket < _counts.Length; bucket++)
        {
            seen += _counts[bucket];
            if (seen >= wanted && seen > 0)
            {
                TimeSpan edge = TimeSpan.FromMicroseconds(UpperEdge(bucket));
                return edge < Longest ? edge : Longest;
            }
        }

        return TimeSpan.Zero;
    }

    // Values below one octave's worth have a bucket each; above, the five bits behind the highest one say which.
    private static int BucketOf(ulong microseconds)
    {
        int octave = Math.Max(0, BitOperations.Log2(microseconds) - BitsPerOctave);
        int bucket = (octave * PerOctave) + (int)(microseconds >> octave);
        return Math.Min(bucket, (Octaves * PerOctave) - 1);
    }

    private static double UpperEdge(int bucket)
    {
        int octave = Math.Max(0, (bucket / PerOctave) - 1);
        return (double)((ulong)(bucket - (octave * PerOctave) + 1) << octave);
    }
}
