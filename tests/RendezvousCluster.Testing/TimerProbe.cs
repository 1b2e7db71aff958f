using Microsoft.Extensions.Time.Testing;

namespace RendezvousCluster.Testing;

/// <summary>A clock under the test's hand that also tells when a timer of a certain length was started: the moment to advance it.</summary>
public sealed class TimerProbe(TimeSpan awaited) : FakeTimeProvider
{
    private readonly TaskCompletionSource _started = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes when the first timer of that length has been started.</summary>
    public Task Started => _started.Task;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        ITimer timer = base.CreateTimer(callback, state, dueTime, period);
        if (dueTime == awaited)
        {
            _started.TrySetResult();
        }

        return timer;
    }
}
