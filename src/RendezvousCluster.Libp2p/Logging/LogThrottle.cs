namespace RendezvousCluster.Libp2p.Logging;

/// <summary>What all throttles have in common.</summary>
internal static class LogThrottle
{
    /// <summary>Between two lines: a few thousand lines in a day at the worst, and soon enough for an operator who looks on.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);
}

/// <summary>
/// Writes few log lines about what strangers can cause many times a second: the first at once, because somebody may look on, and from then
/// on one line in an interval about all that came since the line before. After an interval in which nothing came, it begins anew. Safe for
/// use from several threads; lines are written one at a time. Its timer runs out by itself, so there is nothing to dispose.
/// </summary>
/// <typeparam name="TSummary">What a line says of the occurrences since the line before.</typeparam>
/// <param name="time">The clock.</param>
/// <param name="write">Writes a line.</param>
internal sealed class LogThrottle<TSummary>(TimeProvider time, Action<TSummary> write)
    where TSummary : class, new()
{
    private readonly Lock _lock = new();
    private TSummary? _summary;
    private ITimer? _timer;
    private bool _isWaiting;

    /// <summary>Something happened once more.</summary>
    /// <param name="occurrence">What.</param>
    /// <param name="count">Adds it to what the next line says; called under a lock.</param>
    public void Add<TOccurrence>(TOccurrence occurrence, Action<TSummary, TOccurrence> count)
    {
        lock (_lock)
        {
            count(_summary ??= new TSummary(), occurrence);
            if (!_isWaiting)
            {
                WriteAndWait();
            }
        }
    }

    private void OnIntervalOver()
    {
        lock (_lock)
        {
            _isWaiting = false;
            if (_summary is not null)
            {
                WriteAndWait();
            }
        }
    }

    private void WriteAndWait()
    {
        TSummary summary = _summary!;
        _summary = null;
        _isWaiting = true;
        _timer ??= time.CreateTimer(
            static state => ((LogThrottle<TSummary>)state!).OnIntervalOver(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _timer.Change(LogThrottle.Interval, Timeout.InfiniteTimeSpan);
        write(summary);
    }
}
