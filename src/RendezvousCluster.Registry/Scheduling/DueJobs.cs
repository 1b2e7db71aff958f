namespace RendezvousCluster.Registry.Scheduling;

/// <summary>Jobs in the order in which they become due. It has no clock, and is used by one thread at a time.</summary>
/// <remarks>
/// Most jobs are timeouts that are cancelled long before their time, and nobody says so here. They are looked for when there are twice as
/// many jobs as were left the last time: so memory holds no more than twice what is needed, and a job is looked at twice on average.
/// </remarks>
internal sealed class DueJobs
{
    /// <summary>Below so many jobs cancelled ones are not looked for: some hundred bytes each.</summary>
    internal const int LeastToSweep = 1_024;

    // By the time, and those of one time in the order in which they came.
    private readonly PriorityQueue<Job, (long Due, long Number)> _jobs = new();
    private long _number;
    private int _sweepAt = LeastToSweep;

    /// <summary>
    /// Jobs are done up to this much later than they are due, and never earlier: those that are due at nearly the same time share a
    /// wake-up. It is what the toolkit's scheduler has between two turns of its wheel.
    /// </summary>
    internal static TimeSpan Grain { get; } = TimeSpan.FromMilliseconds(10);

    /// <summary>Jobs to come, cancelled ones among them.</summary>
    public int Count => _jobs.Count;

    /// <summary>When the next one is due; null when none is to come.</summary>
    public TimeSpan? Next => _jobs.TryPeek(out _, out (long Due, long Number) first) ? TimeSpan.FromTicks(first.Due) : null;

    /// <summary>Adds a job.</summary>
    /// <returns>Whether it is due before all others.</returns>
    public bool Add(Job job, TimeSpan due)
    {
        TimeSpan? before = Next;
        long ticks = RoundUp(due.Ticks);
        _jobs.Enqueue(job, (ticks, _number++));
        if (Count >= _sweepAt)
        {
            Sweep();
        }

        return before is null || ticks < before.Value.Ticks;
    }

    /// <summary>Takes out those that are due and not cancelled, in order.</summary>
    public void TakeDue(TimeSpan now, List<Job> due)
    {
        while (_jobs.TryPeek(out Job? job, out (long Due, long Number) at) && at.Due <= now.Ticks)
        {
            _jobs.Dequeue();
            if (!job.IsCancelled)
            {
                due.Add(job);
            }
        }
    }

    /// <summary>Forgets all of them.</summary>
    public void Clear() => _jobs.Clear();

    // A time beyond the end of time comes never.
    private static long RoundUp(long ticks) =>
        ticks > long.MaxValue - Grain.Ticks ? long.MaxValue : (ticks + Grain.Ticks - 1) / Grain.Ticks * Grain.Ticks;

    private void Sweep()
    {
        (Job Job, (long Due, long Number) At)[] left = [.. _jobs.UnorderedItems.Where(item => !item.Element.IsCancelled)];
        _jobs.Clear();
        _jobs.EnqueueRange(left);
        _sweepAt = Math.Max(LeastToSweep, 2 * left.Length);
    }
}
