namespace RendezvousCluster.Server.Hosting;

/// <summary>
/// When memory is worth giving back, without a clock and without a collector. After a flood (<see cref="FloodBytes"/> and more were held)
/// that has been over for <see cref="Calm"/>: less than a quarter of the most that was held since the last collection. Not more often than
/// every <see cref="LeastInterval"/>, so that floods that come again and again do not stop the node again and again.
/// </summary>
internal sealed class MemoryReturnPolicy
{
    /// <summary>Less is not worth the pause; honest peers make a node hold a few MiB.</summary>
    public const long FloodBytes = 32 * 1024 * 1024;

    /// <summary>How long a flood must be over: its connections have ended by then, and their streams.</summary>
    public static readonly TimeSpan Calm = TimeSpan.FromSeconds(10);

    /// <summary>The least time between two collections: with a pause of 0.3 s, half a percent of the time.</summary>
    public static readonly TimeSpan LeastInterval = TimeSpan.FromSeconds(60);

    private long? _calmSince;
    private long? _collectedAt;

    /// <summary>The most that was held since the last collection, as far as looks showed it.</summary>
    public long PeakBytes { get; private set; }

    /// <summary>Whether to collect now; if so, it counts as done.</summary>
    /// <param name="heldBytes">What is held now.</param>
    /// <param name="now">A timestamp of <paramref name="timeProvider"/>.</param>
    /// <param name="timeProvider">Turns timestamps into time.</param>
    public bool ShouldCollect(long heldBytes, long now, TimeProvider timeProvider)
    {
        PeakBytes = Math.Max(PeakBytes, heldBytes);
        if (PeakBytes < FloodBytes || heldBytes > PeakBytes / 4)
        {
            _calmSince = null;
            return false;
        }

        _calmSince ??= now;
        bool isCalm = timeProvider.GetElapsedTime(_calmSince.Value, now) >= Calm;
        bool isRested = _collectedAt is not { } collectedAt || timeProvider.GetElapsedTime(collectedAt, now) >= LeastInterval;
        if (!isCalm || !isRested)
        {
            return false;
        }

        _collectedAt = now;
        _calmSince = null;
        PeakBytes = heldBytes;
        return true;
    }
}
