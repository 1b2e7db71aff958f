namespace RendezvousCluster.Core.Clocks;

/// <summary>
/// The clock of a process: the wall clock's time at the start of the process, and from then on the machine's steady time. No step of the
/// wall clock reaches it. Everything that a process measures for itself goes by this clock: deadlines, times to live, revisions.
/// </summary>
/// <remarks>
/// Two processes agree on this clock as well as their wall clocks agreed when they started. So a process that joins others takes their time
/// over (<see cref="RegistryClock.Follow"/>): only this moves the clock. Times that outlive a process are translated on their way to the
/// journal and back (<see cref="ClockReading"/>).
/// </remarks>
/// <param name="wall">The clock that may be set, and the steady time beside it.</param>
internal sealed class SteadyTimeProvider(TimeProvider wall) : TimeProvider
{
    private readonly DateTimeOffset _startedAt = wall.GetUtcNow();
    private readonly long _startedTimestamp = wall.GetTimestamp();
    private long _movedTicks;

    /// <summary>The wall clock, for what is agreed with the world: certificates, above all.</summary>
    public TimeProvider Wall => wall;

    /// <summary>The time as if nobody had moved it.</summary>
    public DateTimeOffset Unmoved => _startedAt + wall.GetElapsedTime(_startedTimestamp);

    /// <inheritdoc/>
    public override TimeZoneInfo LocalTimeZone => wall.LocalTimeZone;

    /// <inheritdoc/>
    public override long TimestampFrequency => wall.TimestampFrequency;

    /// <summary>The wall clock behind a clock; the clock itself when there is none behind it.</summary>
    public static TimeProvider WallOf(TimeProvider time) => time is SteadyTimeProvider steady ? steady.Wall : time;

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => Unmoved + new TimeSpan(Volatile.Read(ref _movedTicks));

    /// <inheritdoc/>
    public override long GetTimestamp() => wall.GetTimestamp();

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        wall.CreateTimer(callback, state, dueTime, period);

    /// <summary>Moves the clock; no timer notices.</summary>
    public void Move(TimeSpan ahead) => Interlocked.Add(ref _movedTicks, ahead.Ticks);
}
