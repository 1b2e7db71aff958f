using Microsoft.Extensions.Logging;
using RendezvousCluster.Libp2p.Wire;

namespace RendezvousCluster.Libp2p.Limits;

/// <summary>
/// Counts what the limits of connections refuse, and warns of each limit that bites: at once when it begins, then once a minute while it
/// goes on. A line names the limit's setting and value and where most of the refused came from, so that an operator knows what to change,
/// or whom to block.
/// </summary>
internal sealed partial class LimitWarnings(Libp2pLimits limits, TimeProvider timeProvider, ILogger logger) : IDisposable
{
    /// <summary>The pause between two lines of one limit.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();
    private readonly Dictionary<ConnectionLimit, Series> _series = [];
    private bool _disposed;

    /// <summary>A limit refused a connection from there, or put one out.</summary>
    public void Refused(ConnectionLimit limit, ConnectionSource source)
    {
        Libp2pMetrics.CountRefusal(limit.Tag());
        lock (_lock)
        {
            if (_disposed)
            {
                return;
            }

            if (!_series.TryGetValue(limit, out Series? series))
            {
                _series.Add(limit, series = new Series());
            }

            series.Tally.Add(source.ToString(limit.IsOfSubnets()));
            if (series.IsRunning)
            {
                return;
            }

            series.IsRunning = true;
            Warn(limit, series);
            series.Timer ??= timeProvider.CreateTimer(
                _ => OnTimer(limit, series), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            series.Timer.Change(Interval, Timeout.InfiniteTimeSpan);
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _disposed = true;
            foreach (Series series in _series.Values)
            {
                series.Timer?.Dispose();
            }
        }
    }

    private void OnTimer(ConnectionLimit limit, Series series)
    {
        lock (_lock)
        {
            series.IsRunning = series.Tally.Count > 0 && !_disposed;
            if (series.IsRunning)
            {
                Warn(limit, series);
                series.Timer!.Change(Interval, Timeout.InfiniteTimeSpan);
            }
        }
    }

    private void Warn(ConnectionLimit limit, Series series)
    {
        (int count, string source, int fromThere) = series.Tally.Take();
        LogLimitBites(logger, limit.Setting(), limit.Value(limits), count, fromThere, source);
    }

    [LoggerMessage(
        1030,
        LogLevel.Warning,
        "The limit {Setting} = {Value} refuses connections: {Count} since the last line of it, {FromThere} of them from {Source}. "
        + "There is one line a minute while this goes on.")]
    private static partial void LogLimitBites(
        ILogger logger, VisibleText setting, VisibleText value, int count, int fromThere, VisibleText source);

    private sealed class Series
    {
        public RefusalTally Tally { get; } = new();

        public bool IsRunning { get; set; }

        public ITimer? Timer { get; set; }
    }
}
