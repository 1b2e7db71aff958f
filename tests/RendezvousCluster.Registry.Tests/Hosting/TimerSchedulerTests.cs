using Akka.Actor;
using Akka.Configuration;
using Akka.Event;
using Microsoft.Extensions.Time.Testing;
using RendezvousCluster.Registry.Hosting;
using RendezvousCluster.Testing;

namespace RendezvousCluster.Registry.Tests.Hosting;

public sealed class TimerSchedulerTests : IDisposable
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Millisecond = TimeSpan.FromMilliseconds(1);

    private readonly CountingTime _time = new();
    private readonly TimerScheduler _scheduler;
    private int _runs;

    public TimerSchedulerTests() => _scheduler = new TimerScheduler(Config.Empty, NoLogger.Instance, _time);

    private IActionScheduler Scheduler => _scheduler;

    [Fact]
    public void A_job_runs_once_at_its_time_and_leaves_no_timer()
    {
        Scheduler.ScheduleOnce(Second, Run);

        _time.Advance(Second - Millisecond);
        Assert.Equal(0, _runs);
        _time.Advance(Millisecond);
        Assert.Equal(1, _runs);

        _time.Advance(10 * Second);
        Assert.Equal((1, 0), (_runs, _time.Timers));
    }

    [Fact]
    public void A_repeated_job_runs_until_it_is_cancelled()
    {
        var cancelable = new Cancelable(Scheduler);
        Scheduler.ScheduleRepeatedly(Second, 2 * Second, Run, cancelable);

        for (int half = 0; half < 14; half++)
        {
            _time.Advance(Second / 2);
        }

        Assert.Equal(4, _runs); // after 1, 3, 5 and 7 seconds
        cancelable.Cancel();
        _time.Advance(10 * Second);
        Assert.Equal((4, 0), (_runs, _time.Timers));
    }

    [Fact]
    public void A_cancelled_job_never_runs_and_its_timer_goes_at_once()
    {
        var cancelable = new Cancelable(Scheduler);
        Scheduler.ScheduleOnce(Second, Run, cancelable);
        Assert.Equal(1, _time.Timers);

        cancelable.Cancel();
        Assert.Equal(0, _time.Timers);
        Scheduler.ScheduleOnce(Second, Run, cancelable);
        Assert.Equal(0, _time.Timers);

        _time.Advance(10 * Second);
        Assert.Equal(0, _runs);
    }

    [Fact]
    public void A_job_that_fails_ends_and_the_others_go_on()
    {
        Scheduler.ScheduleRepeatedly(Second, Second, () =>
        {
            Run();
            throw new InvalidOperationException("for the test");
        });
        Scheduler.ScheduleRepeatedly(Second, Second, Run);

        for (int second = 0; second < 3; second++)
        {
            _time.Advance(Second);
        }

        Assert.Equal((1 + 3, 1), (_runs, _time.Timers));
    }

    [Fact]
    public void A_job_can_cancel_itself()
    {
        var cancelable = new Cancelable(Scheduler);
        Scheduler.ScheduleRepeatedly(Second, Second, () =>
        {
            Run();
            cancelable.Cancel();
        }, cancelable);

        _time.Advance(Second);
        _time.Advance(Second);

        Assert.Equal((1, 0), (_runs, _time.Timers));
    }

    [Fact]
    public void A_time_longer_than_a_timer_can_wait_is_waited_for()
    {
        Scheduler.ScheduleOnce(TimeSpan.FromDays(100), Run);

        for (int day = 0; day < 99; day++)
        {
            _time.Advance(TimeSpan.FromDays(1));
        }

        Assert.Equal(0, _runs);
        _time.Advance(TimeSpan.FromDays(1));
        Assert.Equal(1, _runs);
    }

    [Fact]
    public void A_scheduler_that_has_ended_runs_nothing_more()
    {
        Scheduler.ScheduleRepeatedly(Second, Second, Run);
        Scheduler.ScheduleOnce(Second, Run);

        _scheduler.Dispose();
        _time.Advance(Second);

        Assert.Equal((0, 0), (_runs, _time.Timers));
        Assert.Throws<SchedulerException>(() => Scheduler.ScheduleOnce(Second, Run));
    }

    [Fact]
    public async Task A_job_does_not_carry_on_the_request_of_its_maker()
    {
        using var scheduler = new TimerScheduler(Config.Empty, NoLogger.Instance);
        var request = new AsyncLocal<string?> { Value = "a request" };
        var seen = new TaskCompletionSource<string?>(TaskCreationOptions.RunContinuationsAsynchronously);

        ((IActionScheduler)scheduler).ScheduleOnce(Millisecond, () => seen.SetResult(request.Value));

        Assert.Null(await seen.Task.Within());
    }

    public void Dispose() => _scheduler.Dispose();

    private void Run() => _runs++;

    /// <summary>A clock in the hand of the test that knows how many timers there are.</summary>
    private sealed class CountingTime : FakeTimeProvider
    {
        public int Timers { get; private set; }

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            Timers++;
            return new CountedTimer(base.CreateTimer(callback, state, dueTime, period), () => Timers--);
        }
    }

    private sealed class CountedTimer(ITimer timer, Action ended) : ITimer
    {
        private bool _isDisposed;

        public bool Change(TimeSpan dueTime, TimeSpan period) => timer.Change(dueTime, period);

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }

        public void Dispose()
        {
            if (!_isDisposed)
            {
                _isDisposed = true;
                timer.Dispose();
                ended();
            }
        }
    }
}
