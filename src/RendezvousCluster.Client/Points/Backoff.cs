namespace RendezvousCluster.Client.Points;

/// <summary>
/// How long to wait after failures in a row: twice as long each time, up to a bound, and of that a random part between half and all. Many
/// clients that lost a point at the same moment do not come back at the same moment.
/// </summary>
/// <param name="First">The whole of the first wait.</param>
/// <param name="Most">The longest.</param>
internal readonly record struct Backoff(TimeSpan First, TimeSpan Most)
{
    // 2^30 first waits are over any bound that makes sense; more would overflow.
    private const int MostDoublings = 30;

    /// <param name="failures">Failures in a row, from 1.</param>
    /// <param name="jitter">Random, from 0 up to but not including 1.</param>
    public TimeSpan After(int failures, double jitter)
    {
        double whole = Math.Min(First.TotalSeconds * Math.Pow(2, Math.Clamp(failures - 1, 0, MostDoublings)), Most.TotalSeconds);
        return TimeSpan.FromSeconds(whole * (0.5 + (jitter / 2)));
    }
}
