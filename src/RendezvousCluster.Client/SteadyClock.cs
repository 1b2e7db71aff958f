namespace RendezvousCluster.Client;

/// <summary>
/// A clock that never goes back. Timers run by the machine's steady time, so what is compared with them must too: were the wall clock set
/// back by an hour, a refresh decided by it would come an hour late. When the wall clock leaps ahead, as after a suspend, this one leaps
/// with it: that makes refreshes early at worst.
/// </summary>
internal sealed class SteadyClock(TimeProvider timeProvider)
{
    private static readonly TimeSpan LeastLeap = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private readonly long _began = timeProvider.GetTimestamp();
    private DateTimeOffset _start = timeProvider.GetUtcNow();

    /// <summary>The time now: the wall clock's when that has never been set back.</summary>
    public DateTimeOffset Now
    {
        get
        {
            lock (_lock)
            {
                DateTimeOffset steady = _start + timeProvider.GetElapsedTime(_began);
                TimeSpan ahead = timeProvider.GetUtcNow() - steady;
                if (ahead < LeastLeap)
                {
                    return steady;
                }

                _start += ahead;
                return steady + ahead;
            }
        }
    }
}
