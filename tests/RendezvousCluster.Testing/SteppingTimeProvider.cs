using Microsoft.Extensions.Time.Testing;

namespace RendezvousCluster.Testing;

/// <summary>A wall clock that can be set, beside a steady time that it leaves alone, as on a real machine.</summary>
public sealed class SteppingTimeProvider(DateTimeOffset start) : TimeProvider
{
    private readonly FakeTimeProvider _steady = new(start);

    /// <summary>By how much the wall clock is ahead of what it would have been had nobody set it.</summary>
    public TimeSpan Ahead { get; private set; }

    /// <inheritdoc/>
    public override long TimestampFrequency => _steady.TimestampFrequency;

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => _steady.GetUtcNow() + Ahead;

    /// <inheritdoc/>
    public override long GetTimestamp() => _steady.GetTimestamp();

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        _steady.CreateTimer(callback, state, dueTime, period);

    /// <summary>Sets the wall clock; no timer runs.</summary>
    public void Step(TimeSpan size) => Ahead += size;

    /// <summary>Time goes by, for both.</summary>
    public void Advance(TimeSpan span) => _steady.Advance(span);
}
