using Akka.Actor;
using Akka.Configuration;
using Akka.Dispatch;
using Akka.Event;

namespace RendezvousCluster.Registry.Hosting;

/// <summary>
/// The scheduler of the actor system, on the timers of the platform. The toolkit's own turns a wheel and wakes up a hundred times a second,
/// each time more than once, whether anything is due or not: that was nearly all that a node at rest did.
/// </summary>
/// <remarks>
/// As with the wheel, a job that is repeated begins its interval when it has run, does not overlap itself, and ends with the first time
/// that it throws; one that is cancelled does not run any more. Unlike there, jobs that are due at the same time may run side by side, so
/// they are short and safe for that: the toolkit's are messages to actors. Jobs that are still to come when the actor system has ended
/// never run.
/// </remarks>
internal sealed class TimerScheduler : SchedulerBase, IDateTimeOffsetNowTimeProvider, IDisposable
{
    /// <summary>Timers of the platform end at 49 days; a longer time is waited for in several parts.</summary>
    internal static readonly TimeSpan LongestTimer = TimeSpan.FromDays(40);

    private readonly TimeProvider _time;
    private readonly long _start;
    private volatile bool _isDisposed;

    /// <summary>Made by the toolkit.</summary>
    public TimerScheduler(Config config, ILoggingAdapter log)
        : this(config, log, TimeProvider.System)
    {
    }

    internal TimerScheduler(Config config, ILoggingAdapter log, TimeProvider time)
        : base(config, log)
    {
        _time = time;
        _start = time.GetTimestamp();
    }

    /// <inheritdoc/>
    public override TimeSpan MonotonicClock => _time.GetElapsedTime(_start);

    /// <inheritdoc/>
    public override TimeSpan HighResMonotonicClock => MonotonicClock;

    /// <inheritdoc/>
    protected override DateTimeOffset TimeNow => _time.GetUtcNow();

    /// <inheritdoc/>
    public void Dispose() => _isDisposed = true;

    /// <inheritdoc/>
    protected override void InternalScheduleTellOnce(
        TimeSpan delay, ICanTell receiver, object message, IActorRef sender, ICancelable? cancelable) =>
        Schedule(() => receiver.Tell(message, sender), delay, TimeSpan.Zero, cancelable);

    /// <inheritdoc/>
    protected override void InternalScheduleTellRepeatedly(
        TimeSpan initialDelay, TimeSpan interval, ICanTell receiver, object message, IActorRef sender, ICancelable? cancelable) =>
        Schedule(() => receiver.Tell(message, sender), initialDelay, interval, cancelable);

    /// <inheritdoc/>
    protected override void InternalScheduleOnce(TimeSpan delay, Action action, ICancelable? cancelable) =>
        Schedule(action, delay, TimeSpan.Zero, cancelable);

    /// <inheritdoc/>
    protected override void InternalScheduleOnce(TimeSpan delay, IRunnable action, ICancelable? cancelable) =>
        Schedule(action.Run, delay, TimeSpan.Zero, cancelable);

    /// <inheritdoc/>
    protected override void InternalScheduleRepeatedly(
        TimeSpan initialDelay, TimeSpan interval, Action action, ICancelable? cancelable) =>
        Schedule(action, initialDelay, interval, cancelable);

    /// <inheritdoc/>
    protected override void InternalScheduleRepeatedly(
        TimeSpan initialDelay, TimeSpan interval, IRunnable action, ICancelable? cancelable) =>
        Schedule(action.Run, initialDelay, interval, cancelable);

    private void Schedule(Action action, TimeSpan delay, TimeSpan interval, ICancelable? cancelable)
    {
        if (_isDisposed)
        {
            throw new SchedulerException("The scheduler has ended with its actor system.");
        }

        if (cancelable is not { IsCancellationRequested: true })
        {
            new Job(this, action, interval, cancelable).Begin(delay);
        }
    }

    /// <summary>Something to be done at its time. Its timer holds it, and it holds its timer.</summary>
    private sealed class Job
    {
        private readonly TimerScheduler _scheduler;
        private readonly Action _action;
        private readonly TimeSpan _interval;
        private readonly ICancelable? _cancelable;
        private readonly ITimer _timer;
        private CancellationTokenRegistration _cancellation;
        private TimeSpan _left;

        public Job(TimerScheduler scheduler, Action action, TimeSpan interval, ICancelable? cancelable)
        {
            _scheduler = scheduler;
            _action = action;
            _interval = interval;
            _cancelable = cancelable;

            // A job carries on no request, neither its context nor its trace.
            using (ExecutionContext.IsFlowSuppressed() ? default : ExecutionContext.SuppressFlow())
            {
                _timer = scheduler._time.CreateTimer(
                    static job => ((Job)job!).OnTimer(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            }
        }

        private bool IsOver => _scheduler._isDisposed || _cancelable is { IsCancellationRequested: true };

        public void Begin(TimeSpan delay)
        {
            if (_cancelable is not null)
            {
                // A job that is cancelled, as most timeouts are, does not stay in memory until its time.
                _cancellation = _cancelable.Token.UnsafeRegister(static timer => ((ITimer)timer!).Dispose(), _timer);
            }

            Wait(delay);
        }

        private void Wait(TimeSpan delay)
        {
            TimeSpan part = delay < LongestTimer ? delay : LongestTimer;
            _left = delay - part;
            _timer.Change(part, Timeout.InfiniteTimeSpan);
        }

        private void OnTimer()
        {
            if (IsOver)
            {
                End();
            }
            else if (_left > TimeSpan.Zero)
            {
                Wait(_left);
            }
            else
            {
                Run();
            }
        }

        private void Run()
        {
            try
            {
                _action();
            }
            catch (Exception exception)
            {
                _scheduler.Log.Error(exception, "A scheduled job failed, and is not repeated.");
                End();
                return;
            }

            if (_interval > TimeSpan.Zero && !IsOver)
            {
                Wait(_interval);
            }
            else
            {
                End();
            }
        }

        private void End()
        {
            _timer.Dispose();
            _cancellation.Unregister();
        }
    }
}
