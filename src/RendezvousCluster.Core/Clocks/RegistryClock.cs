namespace RendezvousCluster.Core.Clocks;

/// <summary>
/// The clocks of a process: the steady one that it goes by, and the wall clock, which it watches. Safe for use by many threads.
/// </summary>
internal sealed class RegistryClock
{
    // Between two readings of the steady clock that are further apart the wall clock says too little: the thread stood still.
    private static readonly TimeSpan Simultaneous = TimeSpan.FromMilliseconds(20);

    private readonly Lock _lock = new();
    private readonly WallClockHistory _history;
    private readonly DateTimeOffset _startedAt;
    private long _lowestTicks;

    /// <summary>Begins to watch.</summary>
    /// <param name="time">The clock of the process; a wall clock is watched if it is a <see cref="SteadyTimeProvider"/>.</param>
    /// <param name="belief">As <see cref="WallClockHistory.DefaultBelief"/>, if nothing else is said.</param>
    public RegistryClock(TimeProvider time, TimeSpan? belief = null)
    {
        Time = time;
        Wall = SteadyTimeProvider.WallOf(time);
        _startedAt = time.GetUtcNow();
        _history = new WallClockHistory(belief ?? WallClockHistory.DefaultBelief);
    }

    /// <summary>The clock that the process goes by.</summary>
    public TimeProvider Time { get; }

    /// <summary>The wall clock, for what is agreed with the world.</summary>
    public TimeProvider Wall { get; }

    /// <summary>What the last look gave as <see cref="ClockReading.Lowest"/>; costs nothing.</summary>
    public TimeSpan Lowest => new(Volatile.Read(ref _lowestTicks));

    /// <summary>This process: a number for it alone.</summary>
    public Guid Run { get; } = Guid.NewGuid();

    /// <summary>Called with each step of the wall clock, by the thread that sees it first.</summary>
    public Action<WallClockStep>? Stepped { get; set; }

    /// <summary>Looks at both clocks.</summary>
    public ClockReading Look()
    {
        WallClockStep? step;
        ClockReading reading;
        lock (_lock)
        {
            DateTimeOffset now = Time.GetUtcNow();
            DateTimeOffset wall = Wall.GetUtcNow();
            DateTimeOffset after = Time.GetUtcNow();
            TimeSpan elapsed = now - _startedAt;
            step = after - now < Simultaneous ? _history.Look(elapsed, wall - now) : null;
            (TimeSpan lowest, TimeSpan highest) = _history.Range(elapsed);
            Volatile.Write(ref _lowestTicks, lowest.Ticks);
            reading = new ClockReading(
                now, Run, lowest, highest, _history.LowestEver, _startedAt + _history.BelievesFrom);
        }

        if (step is { } seen)
        {
            Stepped?.Invoke(seen);
        }

        return reading;
    }
}
