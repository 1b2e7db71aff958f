namespace RendezvousCluster.Cli.CommandLine;

/// <summary>
/// The clock of a command that may run for days: a wall clock that is never set back. Were it set back by three hours, everything that was
/// found before would have three hours more to live than it was granted. Ahead it goes with the wall clock, as after a suspend.
/// </summary>
internal sealed class CommandClock(TimeProvider? wall = null) : TimeProvider
{
    private readonly Lock _lock = new();
    private readonly TimeProvider _wall = wall ?? System;
    private readonly long _began = (wall ?? System).GetTimestamp();
    private DateTimeOffset _start = (wall ?? System).GetUtcNow();

    /// <inheritdoc/>
    public override long TimestampFrequency => _wall.TimestampFrequency;

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow()
    {
        lock (_lock)
        {
            DateTimeOffset steady = _start + _wall.GetElapsedTime(_began);
            TimeSpan ahead = _wall.GetUtcNow() - steady;
            if (ahead <= TimeSpan.Zero)
            {
                return steady;
            }

            _start += ahead;
            return steady + ahead;
        }
    }

    /// <inheritdoc/>
    public override long GetTimestamp() => _wall.GetTimestamp();

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        _wall.CreateTimer(callback, state, dueTime, period);

    /// <summary>What a time by this clock is by the wall clock as it is set now.</summary>
    public DateTimeOffset ToWall(DateTimeOffset time) => _wall.GetUtcNow() + (time - GetUtcNow());
}
