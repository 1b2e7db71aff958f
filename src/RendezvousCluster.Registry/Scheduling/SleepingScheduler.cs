using Akka.Actor;
using Akka.Configuration;
using Akka.Dispatch;
using Akka.Event;

namespace RendezvousCluster.Registry.Scheduling;

/// <summary>
/// The scheduler of the actor system: one thread that sleeps until the next job is due. The toolkit's own turns a wheel, and wakes up a
/// hundred times a second whether anything is due or not, which was most of what a server at rest did.
/// </summary>
/// <remarks>
/// <para>
/// The rules are the wheel's. Jobs run on the scheduler's thread, one after the other, so they are short: the toolkit's are messages to
/// actors. A repeated job begins its interval when it has run, and ends with the first time that it throws. A cancelled one does not run
/// any more. A job that is still to come when the actor system has ended never runs.
/// </para>
/// <para>
/// The thread is its own, and not the pool's: heartbeats go by it, and a database that lags can keep every thread of the pool for seconds.
/// A node that fell silent by that would be taken for dead.
/// </para>
/// </remarks>
internal sealed class SleepingScheduler : SchedulerBase, IDateTimeOffsetNowTimeProvider, IDisposable
{
    /// <summary>It wakes up so often with nothing to do: a wait of a thread cannot be longer than 24 days.</summary>
    internal static readonly TimeSpan LongestSleep = TimeSpan.FromHours(1);

    /// <summary>A job under way is waited for so long at the end, as the toolkit's scheduler does.</summary>
    internal static readonly TimeSpan LastJob = TimeSpan.FromSeconds(5);

    // Guards what follows, and wakes the thread up.
    private readonly object _changing = new();
    private readonly DueJobs _jobs = new();
    private readonly TimeProvider _time;
    private readonly long _start;
    private readonly Thread _thread;
    private bool _isEnded;

    /// <summary>Made by the toolkit.</summary>
    public SleepingScheduler(Config config, ILoggingAdapter log)
        : base(config, log)
    {
        _time = TimeProvider.System;
        _start = _time.GetTimestamp();
        _thread = new Thread(RunJobs) { Name = "Scheduler", IsBackground = true };

        // A job carries on no request, neither its context nor its trace.
        _thread.UnsafeStart();
    }

    /// <inheritdoc/>
    public override TimeSpan MonotonicClock => _time.GetElapsedTime(_start);

    /// <inheritdoc/>
    public override TimeSpan HighResMonotonicClock => MonotonicClock;

    /// <inheritdoc/>
    protected override DateTimeOffset TimeNow => _time.GetUtcNow();

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_changing)
        {
            _isEnded = true;
            _jobs.Clear();
            Monitor.Pulse(_changing);
        }

        if (Thread.CurrentThread != _thread && !_thread.Join(LastJob))
        {
            Log.Warning("A scheduled job has not ended after {0} s.", LastJob.TotalSeconds);
        }
    }

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
        var job = new Job(action, interval, cancelable);
        if (!job.IsCancelled && !TryAdd(job, delay))
        {
            throw new SchedulerException("The scheduler has ended with its actor system.");
        }
    }

    private bool TryAdd(Job job, TimeSpan delay)
    {
        lock (_changing)
        {
            if (_isEnded)
            {
                return false;
            }

            TimeSpan now = MonotonicClock;
            if (_jobs.Add(job, delay < TimeSpan.MaxValue - now ? now + delay : TimeSpan.MaxValue))
            {
                Monitor.Pulse(_changing);
            }

            return true;
        }
    }

    private void RunJobs()
    {
        var due = new List<Job>();
        while (WaitForDue(due))
        {
            foreach (Job job in due)
            {
                Run(job);
            }

            due.Clear();
        }
    }

    // Whether it goes on.
    private bool WaitForDue(List<Job> due)
    {
        lock (_changing)
        {
            while (!_isEnded)
            {
                TimeSpan now = MonotonicClock;
                _jobs.TakeDue(now, due);
                if (due.Count > 0)
                {
                    return true;
                }

                // In whole milliseconds, and not less than is left: otherwise it would turn round and round in the last one.
                TimeSpan sleep = _jobs.Next - now is { } left && left < LongestSleep ? left : LongestSleep;
                Monitor.Wait(_changing, (int)Math.Ceiling(sleep.TotalMilliseconds));
            }

            return false;
        }
    }

    private void Run(Job job)
    {
        if (job.IsCancelled || Volatile.Read(ref _isEnded))
        {
            return;
        }

        try
        {
            job.Run();
        }
        catch (Exception exception)
        {
            Log.Error(exception, "A scheduled job failed, and is not repeated.");
            return;
        }

        if (job.Interval > TimeSpan.Zero && !job.IsCancelled)
        {
            TryAdd(job, job.Interval);
        }
    }
}
