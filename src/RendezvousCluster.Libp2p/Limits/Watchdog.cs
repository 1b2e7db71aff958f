namespace RendezvousCluster.Libp2p.Limits;

/// <summary>
/// Fires once when something that was started is not stopped in time. Starting and stopping are two field writes, because they happen
/// around every flush: the one timer is created at first use, is left running when stopped, and goes back to sleep by itself when it finds
/// nothing overdue.
/// </summary>
internal sealed class Watchdog : IDisposable
{
    private readonly TimeProvider _timeProvider;
    private readonly TimeSpan _timeout;
    private readonly Action _expired;
    private readonly Lock _gate = new();
    private ITimer? _timer;
    private bool _timerRunning;
    private bool _started;
    private bool _disposed;
    private long _startedAt;

    public Watchdog(TimeProvider timeProvider, TimeSpan timeout, Action expired)
    {
        _timeProvider = timeProvider;
        _timeout = timeout;
        _expired = expired;
    }

    /// <summary>The time runs from now, also when it was running already.</summary>
    public void Start()
    {
        lock (_gate)
        {
            if (_disposed)
            {
                return;
            }

            _started = true;
            _startedAt = _timeProvider.GetTimestamp();
            if (_timerRunning)
            {
                return;
            }

            _timerRunning = true;
            if (_timer is null)
            {
                _timer = _timeProvider.CreateTimer(static state => ((Watchdog)state!).OnTimer(), this, _timeout, Timeout.InfiniteTimeSpan);
            }
            else
            {
                _timer.Change(_timeout, Timeout.InfiniteTimeSpan);
            }
        }
    }

    public void Stop()
    {
        lock (_gate)
        {
            _started = false;
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _disposed = true;
            _started = false;
            _timer?.Dispose();
        }
    }

    private void OnTimer()
    {
        lock (_gate)
        {
            _timerRunning = false;
            if (!_started)
            {
                return;
            }

            TimeSpan left = _timeout - _timeProvider.GetElapsedTime(_startedAt);
            if (left > TimeSpan.Zero)
            {
                _timerRunning = true;
                _timer!.Change(left < TimeSpan.FromMilliseconds(1) ? TimeSpan.FromMilliseconds(1) : left, Timeout.InfiniteTimeSpan);
                return;
            }

            _started = false;
        }

        _expired();
    }
}
