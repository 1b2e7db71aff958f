using Microsoft.Extensions.Logging;
using RendezvousCluster.Client.Errors;
using RendezvousCluster.Client.Points;
using RendezvousCluster.Protocol;

namespace RendezvousCluster.Client.Registrations;

/// <summary>
/// A registration that keeps itself alive, at as many points as <see cref="RendezvousClientOptions.RegisterAt"/> says, until it is
/// disposed, which unregisters. It is sent again at a random moment between half and three quarters of the time granted, when a connection
/// was lost, and when the node's addresses change; after failures with growing pauses.
/// </summary>
/// <remarks>
/// The shell around a <see cref="RegistrationPlan"/>. Nothing loops: a step asks the plan what to send, starts it, and sets the one timer
/// to what is due next. The timer, the end of an attempt, a lost connection and new addresses each cause a step. The plan is used under the
/// lock only, and nothing is awaited or raised there.
/// </remarks>
public sealed partial class RegistrationHandle : IAsyncDisposable
{
    private readonly RendezvousNamespace _ns;
    private readonly Dictionary<RendezvousPoint, PointClient> _points;
    private readonly ClientContext _context;
    private readonly ILogger _logger;
    private readonly Lock _lock = new();
    private readonly RegistrationPlan _plan;
    private readonly Dictionary<RendezvousPoint, Task> _attempts = [];
    private readonly CancellationTokenSource _disposing = new();
    private readonly TaskCompletionSource _firstRound = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<RendezvousException> _firstFailures = [];
    private readonly ITimer _timer;
    private Task? _disposed;

    internal RegistrationHandle(RendezvousNamespace ns, TimeSpan? ttl, IReadOnlyCollection<PointClient> points, ClientContext context)
    {
        _ns = ns;
        RequestedTtl = ttl;
        _points = points.ToDictionary(point => point.Point);
        _context = context;
        _logger = context.LoggerFactory.CreateLogger<RegistrationHandle>();
        RendezvousPoint[] preferred = PointRanking.Order(_points.Keys, context.Node.PeerId, ns.Utf8.Span);
        _plan = new RegistrationPlan(preferred, context.Options.RegisterAt ?? preferred.Length, RefreshPolicy.Of(context));
        _timer = context.TimeProvider.CreateTimer(_ => Step(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>
    /// Raised after every success and failure, on the pool; for two points perhaps at once. Exceptions of handlers are logged.
    /// </summary>
    public event EventHandler<RegistrationEvent>? Changed;

    /// <summary>The namespace.</summary>
    public string Namespace => _ns.Name;

    /// <summary>The time to live that is asked for; null leaves it to the points.</summary>
    public TimeSpan? RequestedTtl { get; }

    /// <summary>Whether a point has granted it and that time is not over.</summary>
    public bool IsRegistered
    {
        get
        {
            lock (_lock)
            {
                return _plan.IsRegistered(_context.Clock.Now);
            }
        }
    }

    /// <summary>Where it is held, and until when unless it is refreshed.</summary>
    public IReadOnlyDictionary<RendezvousPoint, DateTimeOffset> HeldUntil
    {
        get
        {
            lock (_lock)
            {
                return _plan.Held.ToDictionary(held => held.Point, held => held.Grant.ExpiresAt);
            }
        }
    }

    /// <summary>
    /// Completes when the first point has granted it, and fails when every point was tried and none has; attempts go on all the same, until
    /// this is disposed.
    /// </summary>
    /// <exception cref="RendezvousException">Why not.</exception>
    public Task FirstGranted => _firstRound.Task;

    /// <summary>
    /// Ends it: attempts are given up and the points told, within <see cref="RendezvousClientLimits.UnregisterTimeout"/>. Never throws.
    /// </summary>
    public ValueTask DisposeAsync()
    {
        lock (_lock)
        {
            return new ValueTask(_disposed ??= EndAsync());
        }
    }

    internal event EventHandler? Disposed;

    /// <summary>Whether nothing is under way: all that may come is the timer, or something from outside.</summary>
    internal bool IsIdle
    {
        get
        {
            lock (_lock)
            {
                return !_plan.IsAttempting;
            }
        }
    }

    internal void Start()
    {
        _context.Node.AddressesChanged += OnAddressesChanged;
        foreach (PointClient point in _points.Values)
        {
            point.ConnectionLost += OnConnectionLost;
        }

        Step();
    }

    private void OnAddressesChanged(object? sender, EventArgs e) => StepAfter(now => _plan.AddressesChanged(now));

    private void OnConnectionLost(object? sender, EventArgs e)
    {
        if (sender is PointConnection connection)
        {
            StepAfter(now => _plan.Lost(connection.Point, now, _context.Jitter()));
        }
    }

    private void StepAfter(Action<DateTimeOffset> change)
    {
        lock (_lock)
        {
            change(_context.Clock.Now);
        }

        Step();
    }

    private void Step()
    {
        lock (_lock)
        {
            if (_disposed is not null)
            {
                return;
            }

            foreach (RendezvousPoint point in _plan.Begin(_context.Clock.Now))
            {
                _attempts[point] = AttemptAsync(_points[point]);
            }

            TimeSpan wait = _plan.NextDue() is { } due ? WholeMilliseconds(due - _context.Clock.Now) : Timeout.InfiniteTimeSpan;
            _timer.Change(wait, Timeout.InfiniteTimeSpan);
        }
    }

    private async Task AttemptAsync(PointClient point)
    {
        await Task.Yield(); // the caller holds the lock
        DateTimeOffset began = _context.Clock.Now;
        RegistrationEvent? happened = null;
        try
        {
            Grant grant =
                await point.RegisterAsync(_ns, RequestedTtl, insist: !_firstRound.Task.IsCompleted, _disposing.Token).ConfigureAwait(false);
            happened = Granted(point.Point, grant);
        }
        catch (RendezvousException exception)
        {
            happened = Failed(point, exception, began);
        }
        catch (OperationCanceledException) when (_disposing.IsCancellationRequested)
        {
            Failed(point, new PointUnreachableException(point.Point, "Given up: the registration ends."), began);
            return;
        }
        catch (Exception exception)
        {
            LogAttemptBroke(_logger, Namespace, point.Point.PeerId, exception);
            happened = Failed(
                point, new PointUnreachableException(point.Point, $"Failed on this side: {exception.Message}", exception), began);
        }

        Raise(happened);
        EndFirstRound();
        Step();
    }

    private RegistrationEvent Granted(RendezvousPoint point, Grant grant)
    {
        bool isRefresh;
        DateTimeOffset due;
        lock (_lock)
        {
            isRefresh = _plan.Held.Any(held => held.Point.Equals(point));
            due = _plan.Granted(point, grant, _context.Clock.Now, _context.Jitter());
        }

        LogGranted(_logger, Namespace, point.PeerId, grant.Ttl);
        RegistrationEventKind kind = isRefresh ? RegistrationEventKind.Refreshed : RegistrationEventKind.Registered;
        return new RegistrationEvent(Namespace, point, kind, grant.Ttl, due, null);
    }

    private RegistrationEvent Failed(PointClient point, RendezvousException error, DateTimeOffset began)
    {
        DateTimeOffset due;
        lock (_lock)
        {
            DateTimeOffset listedUntil = began + (RequestedTtl ?? _context.Limits.MaxTtl);
            due = _plan.Failed(
                point.Point, AttemptFailures.Of(error), point.Health.RetryAt, listedUntil, _context.Clock.Now, _context.Jitter());
            if (!_firstRound.Task.IsCompleted)
            {
                _firstFailures.RemoveAll(failure => Equals(failure.Point, error.Point));
                _firstFailures.Add(error);
            }
        }

        // A point that is left alone has been reported by whom it failed.
        LogFailed(_logger, error is PointBackingOffException
            ? LogLevel.Debug
            : LogLevel.Warning, Namespace, point.Point.PeerId, error.Message, due);
        return new RegistrationEvent(Namespace, point.Point, RegistrationEventKind.Failed, null, due, error);
    }

    // After the event: who waits for the first grant has heard of it by then.
    private void EndFirstRound()
    {
        lock (_lock)
        {
            if (_plan.Held.Count > 0)
            {
                _firstRound.TrySetResult();
            }
            else if (_plan.HasFailedEverywhere && !_firstRound.Task.IsCompleted)
            {
                _firstRound.TrySetException(AllPointsFailedException.Of(_firstFailures));
                _ = _firstRound.Task.Exception; // seen: not everybody waits for it
            }
        }
    }

    private async Task EndAsync()
    {
        await Task.Yield(); // the caller holds the lock
        _context.Node.AddressesChanged -= OnAddressesChanged;
        foreach (PointClient point in _points.Values)
        {
            point.ConnectionLost -= OnConnectionLost;
        }

        await _timer.DisposeAsync().ConfigureAwait(false);
        await _disposing.CancelAsync().ConfigureAwait(false);
        Task[] attempts;
        IReadOnlyList<RendezvousPoint> listed;
        lock (_lock)
        {
            attempts = [.. _attempts.Values];
        }

        await Task.WhenAll(attempts).ConfigureAwait(false);
        lock (_lock)
        {
            listed = _plan.MayBeListedAt(_context.Clock.Now);
        }

        using var timeout = new CancellationTokenSource(_context.Limits.UnregisterTimeout, _context.TimeProvider);
        await Task.WhenAll(listed.Select(point => UnregisterAsync(_points[point], timeout.Token))).ConfigureAwait(false);
        _firstRound.TrySetException(
            new ObjectDisposedException(nameof(RegistrationHandle), "The registration was disposed before a point granted it."));
        _ = _firstRound.Task.Exception;
        _disposing.Dispose();
        Disposed?.Invoke(this, EventArgs.Empty);
    }

    private async Task UnregisterAsync(PointClient point, CancellationToken cancellationToken)
    {
        RegistrationEventKind kind = RegistrationEventKind.Unregistered;
        RendezvousException? error = null;
        try
        {
            await point.UnregisterAsync(_ns, insist: false, cancellationToken).ConfigureAwait(false);
        }
        catch (RendezvousException exception)
        {
            (kind, error) = (RegistrationEventKind.UnregisterFailed, exception);
        }
        catch (OperationCanceledException exception)
        {
            kind = RegistrationEventKind.UnregisterFailed;
            error = new PointUnreachableException(point.Point, $"{point.Point.PeerId} did not take the UNREGISTER in time.", exception);
        }

        LogUnregistered(_logger, Namespace, point.Point.PeerId, error?.Message ?? "done");
        Raise(new RegistrationEvent(Namespace, point.Point, kind, null, null, error));
    }

    private void Raise(RegistrationEvent happened)
    {
        try
        {
            Changed?.Invoke(this, happened);
        }
        catch (Exception exception)
        {
            LogHandlerFailed(_logger, Namespace, exception);
        }
    }

    // Timers count whole milliseconds and cut the rest off; one that rang early would only be set again.
    private static TimeSpan WholeMilliseconds(TimeSpan span) =>
        TimeSpan.FromMilliseconds(Math.Max(0, Math.Ceiling(span.TotalMilliseconds)));
}
