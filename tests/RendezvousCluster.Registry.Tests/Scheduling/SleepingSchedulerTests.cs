using System.Collections.Concurrent;
using System.Diagnostics;
using Akka.Actor;
using Akka.Configuration;
using Akka.Event;
using RendezvousCluster.Registry.Scheduling;
using RendezvousCluster.Testing;

namespace RendezvousCluster.Registry.Tests.Scheduling;

/// <summary>In real time, for it is about a thread that sleeps; what is due when is in <see cref="DueJobsTests"/>.</summary>
public sealed class SleepingSchedulerTests : IDisposable
{
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(20);

    private readonly SleepingScheduler _scheduler = new(Config.Empty, NoLogger.Instance);
    private readonly BlockingCollection<string> _runs = [];

    private IActionScheduler Scheduler => _scheduler;

    [Fact]
    public void A_job_runs_once_and_not_before_its_time()
    {
        long begun = Stopwatch.GetTimestamp();

        Scheduler.ScheduleOnce(5 * Moment, () => Run("late"));
        Scheduler.ScheduleOnce(Moment, () => Run("early"));

        Assert.Equal(["early", "late"], [Next(), Next()]);
        Assert.True(Stopwatch.GetElapsedTime(begun) >= 5 * Moment);
        AssertNothingElseRuns();
    }

    [Fact]
    public void A_job_that_is_due_earlier_wakes_up_the_thread()
    {
        Scheduler.ScheduleOnce(TimeSpan.FromHours(10), () => Run("late"));
        Scheduler.ScheduleOnce(TimeSpan.MaxValue, () => Run("never"));
        Scheduler.ScheduleOnce(Moment, () => Run("early"));

        Assert.Equal("early", Next());
    }

    [Fact]
    public void A_repeated_job_runs_until_it_is_cancelled()
    {
        var cancelable = new Cancelable(Scheduler);
        int left = 3;
        Scheduler.ScheduleRepeatedly(Moment, Moment, () =>
        {
            Run("again");
            if (--left == 0)
            {
                cancelable.Cancel();
            }
        }, cancelable);

        Assert.Equal(["again", "again", "again"], [Next(), Next(), Next()]);
        AssertNothingElseRuns();
    }

    [Fact]
    public void A_cancelled_job_never_runs()
    {
        var cancelable = new Cancelable(Scheduler);
        Scheduler.ScheduleOnce(Moment, () => Run("cancelled"), cancelable);
        cancelable.Cancel();
        Scheduler.ScheduleOnce(Moment, () => Run("cancelled before"), cancelable);

        AssertNothingElseRuns();
    }

    [Fact]
    public void A_job_that_fails_ends_and_the_others_go_on()
    {
        int failures = 0;
        Scheduler.ScheduleRepeatedly(TimeSpan.Zero, Moment, () =>
        {
            failures++;
            throw new InvalidOperationException("for the test");
        });
        Scheduler.ScheduleRepeatedly(Moment, Moment, () => Run("sound"));

        Assert.Equal(["sound", "sound", "sound"], [Next(), Next(), Next()]);
        Assert.Equal(1, failures);
    }

    [Fact]
    public void Jobs_do_not_wait_for_a_thread_of_the_pool()
    {
        Scheduler.ScheduleOnce(TimeSpan.Zero, () => Run(Thread.CurrentThread.IsThreadPoolThread ? "pool" : "own"));

        Assert.Equal("own", Next());
    }

    [Fact]
    public void A_job_does_not_carry_on_the_request_of_its_maker()
    {
        var request = new AsyncLocal<string?> { Value = "a request" };
        using var scheduler = new SleepingScheduler(Config.Empty, NoLogger.Instance);

        ((IActionScheduler)scheduler).ScheduleOnce(TimeSpan.Zero, () => Run(request.Value ?? "nothing"));

        Assert.Equal("nothing", Next());
    }

    [Fact]
    public void A_scheduler_that_has_ended_runs_nothing_more()
    {
        Scheduler.ScheduleRepeatedly(Moment, Moment, () => Run("ended"));
        Scheduler.ScheduleOnce(Moment, () => Run("ended"));

        _scheduler.Dispose();
        while (_runs.TryTake(out _))
        {
            // It may have run before.
        }

        AssertNothingElseRuns();
        Assert.Throws<SchedulerException>(() => Scheduler.ScheduleOnce(Moment, () => Run("ended")));
    }

    [Fact]
    public void A_job_can_end_the_scheduler()
    {
        Scheduler.ScheduleOnce(TimeSpan.Zero, () =>
        {
            _scheduler.Dispose();
            Run("ended");
        });

        Assert.Equal("ended", Next());
    }

    public void Dispose()
    {
        _scheduler.Dispose();
        _runs.Dispose();
    }

    private void Run(string job) => _runs.Add(job);

    private string Next()
    {
        Assert.True(_runs.TryTake(out string? job, TestTimeouts.Default));
        return job;
    }

    // Another scheduler waits for longer than any job here.
    private void AssertNothingElseRuns()
    {
        using var other = new SleepingScheduler(Config.Empty, NoLogger.Instance);
        using var passed = new ManualResetEventSlim();
        ((IActionScheduler)other).ScheduleOnce(5 * Moment, passed.Set);
        Assert.True(passed.Wait(TestTimeouts.Default));
        Assert.Empty(_runs);
    }
}
