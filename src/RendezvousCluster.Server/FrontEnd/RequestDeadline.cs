namespace RendezvousCluster.Server.FrontEnd;

/// <summary>
/// The time limit of the current wait of a stream: first the registry, then the peer that reads the answer. One token source and one
/// timer per stream serve all its requests; only a limit that was reached costs a new source. A timer that fires late, when the step that
/// it was set for is over, finds <see cref="_armed"/> false or time left, and does nothing.
/// </summary>
internal sealed class RequestDeadline : IDisposable
{
    private readonly Lock _lock = new();
    private readonly TimeProvider _timeProvider;
    private readonly CancellationToken _stream;
    private readonly ITimer _timer;
    private CancellationTokenSource _source;
    private TimeSpan _timeout;
    private long _started;
    private bool _armed;
    private bool _fired;

    /// <param name="timeProvider">The clock.</param>
    /// <param name="stream">Ends every step: the connection is gone, or the host stops.</param>
    public RequestDeadline(TimeProvider timeProvider, CancellationToken stream)
    {
        _timeProvider = timeProvider;
        _stream = stream;
        _source = CancellationTokenSource.CreateLinkedTokenSource(stream);
        _timer = timeProvider.CreateTimer(
            static state => ((RequestDeadline)state!).OnTimer(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Begins a step, in place of the one before; the token is cancelled when <paramref name="timeout"/> has passed.</summary>
    public CancellationToken Start(TimeSpan timeout)
    {
        lock (_lock)
        {
            if (_fired)
            {
                _fired = false;
                _source = CancellationTokenSource.CreateLinkedTokenSource(_stream);
            }

            _armed = true;
            _timeout = timeout;
            _started = _timeProvider.GetTimestamp();
            _timer.Change(timeout, Timeout.InfiniteTimeSpan);
            return _source.Token;
        }
    }

    /// <summary>Ends the step in time.</summary>
    public void Stop()
    {
        lock (_lock)
        {
            _armed = false;
            _timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _armed = false;
            _timer.Dispose();
            if (!_fired)
            {
                _source.Dispose();
            }
        }
    }

    private void OnTimer()
    {
        CancellationTokenSource source;
        lock (_lock)
        {
            if (!_armed)
            {
                return;
            }

            TimeSpan left = _timeout - _timeProvider.GetElapsedTime(_started);
            if (left > TimeSpan.Zero)
            {
                _timer.Change(left, Timeout.InfiniteTimeSpan);
                return;
            }

            _armed = false;
            _fired = true;
            source = _source;
        }

        // Outside the lock, as it runs the code that waits for it. The source is no longer the current one: this method disposes it, and
        // no other does.
        source.Cancel();
        source.Dispose();
    }
}
