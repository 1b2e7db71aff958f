using System.Collections.Concurrent;
using System.Threading.Channels;
using Microsoft.Extensions.Time.Testing;

namespace RendezvousCluster.Client.Tests.Scripted;

/// <summary>
/// A clock under the test's hand that tells of every timer that is started, by its length: when to advance it, and how far.
/// </summary>
internal sealed class TimerLog() : FakeTimeProvider(new DateTimeOffset(2026, 11, 22, 12, 0, 0, TimeSpan.Zero))
{
    private readonly ConcurrentDictionary<TimeSpan, Channel<bool>> _started = new();

    /// <summary>Waits until a further timer of that length has been started.</summary>
    public Task StartedAsync(TimeSpan length) => Of(length).Reader.ReadAsync().AsTask().Within(awaited: $"a timer of {length}");

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        ITimer timer = base.CreateTimer(callback, state, dueTime, period);
        Of(dueTime).Writer.TryWrite(true);
        return timer;
    }

    private Channel<bool> Of(TimeSpan length) => _started.GetOrAdd(length, _ => Channel.CreateBounded<bool>(100_000));
}
