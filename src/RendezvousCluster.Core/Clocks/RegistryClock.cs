namespace RendezvousCluster.Core.Clocks;

/// <summary>
/// The clocks of a process: the steady one that it goes by, and the wall clock, which it watches. Safe for use by many threads.
/// </summary>
/// <remarks>
/// What was read or decided before the process took another's time over (<see cref="Follow"/>) stays right by the scale of before: its
/// owner goes on by that (<see cref="NowIn"/>, <see cref="Look"/>) until it has read its journal anew.
/// </remarks>
internal sealed class RegistryClock
{
    // Between two readings of the steady clock that are further apart the wall clock says too little: the thread stood still.
    private static readonly TimeSpan Simultaneous = TimeSpan.FromMilliseconds(20);

    private readonly Lock _lock = new();
    private readonly SteadyTimeProvider? _steady;
    private readonly WallClockHistory _history;
    private DateTimeOffset _startedAt;
    private TimeScale _scale = TimeScale.New();
    private long _lowestTicks;

    /// <summary>Begins to watch.</summary>
    /// <param name="time">The clock of the process; a wall clock is watched if it is a <see cref="SteadyTimeProvider"/>.</param>
    /// <param name="belief">As <see cref="WallClockHistory.DefaultBelief"/>, if nothing else is said.</param>
    public RegistryClock(TimeProvider time, TimeSpan? belief = null)
    {
        Time = time;
        Wall = SteadyTimeProvider.WallOf(time);
        _steady = time as SteadyTimeProvider;
        _startedAt = time.GetUtcNow();
        _history = new WallClockHistory(belief ?? WallClockHistory.DefaultBelief);
    }

    /// <summary>The clock that the process goes by.</summary>
    public TimeProvider Time { get; }

    /// <summary>The wall clock, for what is agreed with the world.</summary>
    public TimeProvider Wall { get; }

    /// <summary>What the last look gave as <see cref="ClockReading.Lowest"/>; costs nothing.</summary>
    public TimeSpan Lowest => new(Volatile.Read(ref _lowestTicks));

    /// <summary>The scale that the process goes by now.</summary>
    public TimeScale Scale => Volatile.Read(ref _scale);

    /// <summary>Called with each step of the wall clock, by the thread that sees it first.</summary>
    public Action<WallClockStep>? Stepped { get; set; }

    /// <summary>The time by a scale of this process.</summary>
    public DateTimeOffset NowIn(TimeScale scale) => _steady is { } steady ? steady.Unmoved + scale.Moved : Time.GetUtcNow();

    /// <summary>As <see cref="Lowest"/>, by a scale of this process.</summary>
    public TimeSpan LowestIn(TimeScale scale) => Lowest + (Scale.Moved - scale.Moved);

    /// <summary>Looks at both clocks.</summary>
    /// <param name="scale">The scale that the reading is of; null for the one of now.</param>
    public ClockReading Look(TimeScale? scale = null)
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
            (TimeSpan lowest, TimeSpan highest) = Remember(elapsed);
            TimeSpan moved = _scale.Moved - (scale ?? _scale).Moved;
            reading = new ClockReading(
                now - moved,
                (scale ?? _scale).Run,
                lowest + moved,
                highest + moved,
                _history.LowestEver + moved,
                _startedAt + _history.BelievesFrom - moved);
        }

        if (step is { } seen)
        {
            Stepped?.Invoke(seen);
        }

        return reading;
    }

    /// <summary>As <see cref="Look"/>, but without what others say: what this process can tell them of its own wall clock.</summary>
    public ClockReading LookAtOwn()
    {
        ClockReading reading = Look();
        lock (_lock)
        {
            (TimeSpan lowest, TimeSpan highest) = _history.OwnRange(Time.GetUtcNow() - _startedAt);
            return reading with { Lowest = lowest, Highest = highest };
        }
    }

    /// <summary>From now on this process goes by the time of another.</summary>
    /// <param name="run">The number of that scale.</param>
    /// <param name="ahead">By how much it is ahead of this clock; zero when they agree.</param>
    public void Follow(Guid run, TimeSpan ahead)
    {
        lock (_lock)
        {
            if (_steady is null || (run == _scale.Run && ahead == TimeSpan.Zero))
            {
                return;
            }

            _history.Move(ahead);
            _startedAt += ahead;
            _steady.Move(ahead);
            Remember(Time.GetUtcNow() - _startedAt);
            Volatile.Write(ref _scale, new TimeScale(run, _scale.Moved + ahead));
        }
    }

    /// <summary>What another process says of its wall clock; it may be right as well as the one here.</summary>
    /// <param name="lowest">The least by which it may be ahead of the steady clock here.</param>
    /// <param name="highest">The most.</param>
    public void Hear(TimeSpan lowest, TimeSpan highest)
    {
        lock (_lock)
        {
            TimeSpan elapsed = Time.GetUtcNow() - _startedAt;
            _history.Hear(elapsed, lowest, highest);
            Remember(elapsed);
        }
    }

    private (TimeSpan Lowest, TimeSpan Highest) Remember(TimeSpan elapsed)
    {
        (TimeSpan lowest, TimeSpan highest) = _history.Range(elapsed);
        Volatile.Write(ref _lowestTicks, lowest.Ticks);
        return (lowest, highest);
    }
}
