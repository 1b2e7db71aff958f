using Akka.Actor;
using RendezvousCluster.Registry.Scheduling;

namespace RendezvousCluster.Registry.Tests.Scheduling;

public sealed class DueJobsTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Millisecond = TimeSpan.FromMilliseconds(1);

    private readonly DueJobs _jobs = new();

    [Fact]
    public void Jobs_come_in_the_order_of_their_times_and_those_of_one_time_in_the_order_in_which_they_were_added()
    {
        Job late = Add(3 * Second), first = Add(Second), second = Add(Second), third = Add(2 * Second);

        Assert.Equal([first, second, third], Due(2 * Second));
        Assert.Equal([late], Due(3 * Second));
        Assert.Empty(Due(TimeSpan.MaxValue));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(9.99)]
    [InlineData(10)]
    [InlineData(1_234.5)]
    public void A_job_comes_at_most_a_grain_late_and_never_early(double milliseconds)
    {
        TimeSpan due = TimeSpan.FromMilliseconds(milliseconds);
        Job job = Add(due);

        Assert.InRange(_jobs.Next!.Value, due, due + DueJobs.Grain - TimeSpan.FromTicks(1));
        Assert.Empty(Due(_jobs.Next!.Value - TimeSpan.FromTicks(1)));
        Assert.Equal([job], Due(_jobs.Next!.Value));
    }

    [Fact]
    public void Jobs_of_nearly_the_same_time_share_a_wake_up()
    {
        Job early = Add(Second + Millisecond), late = Add(Second + (9 * Millisecond));

        Assert.Equal([early, late], Due(_jobs.Next!.Value));
    }

    [Fact]
    public void Adding_says_whether_a_job_is_due_before_all_others()
    {
        Assert.Null(_jobs.Next);
        Assert.True(_jobs.Add(New(), 2 * Second));
        Assert.False(_jobs.Add(New(), 3 * Second));
        Assert.False(_jobs.Add(New(), 2 * Second));
        Assert.True(_jobs.Add(New(), Second));
    }

    [Fact]
    public void A_cancelled_job_does_not_come()
    {
        _jobs.Add(NewCancelled(), Second);
        Job other = Add(Second);

        Assert.Equal([other], Due(Second));
    }

    [Fact]
    public void Cancelled_jobs_take_no_more_room_than_those_that_are_left()
    {
        const int Left = 3_000;
        for (int job = 0; job < Left; job++)
        {
            Add(TimeSpan.FromDays(1));
        }

        for (int job = 0; job < 100_000; job++)
        {
            _jobs.Add(NewCancelled(), Second);
            Assert.True(_jobs.Count <= 2 * (Left + DueJobs.LeastToSweep));
        }

        Assert.Equal(Left, Due(TimeSpan.FromDays(1)).Count);
    }

    [Fact]
    public void A_job_at_the_end_of_time_never_comes()
    {
        Add(TimeSpan.MaxValue);
        Add(TimeSpan.MaxValue - Millisecond);

        Assert.Empty(Due(TimeSpan.FromDays(365_000)));
    }

    private static Job New() => new(() => { }, TimeSpan.Zero, null);

    // Cancelled, when or before it was added: the queue learns of it when it looks.
    private static Job NewCancelled() => New() with { Cancelable = Cancelable.CreateCanceled() };

    private Job Add(TimeSpan due)
    {
        Job job = New();
        _jobs.Add(job, due);
        return job;
    }

    private List<Job> Due(TimeSpan now)
    {
        var due = new List<Job>();
        _jobs.TakeDue(now, due);
        return due;
    }
}
