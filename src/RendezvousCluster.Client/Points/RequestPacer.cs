namespace RendezvousCluster.Client.Points;

/// <summary>
/// Spreads requests out: so many per second, and after a pause as many at once. Each request reserves its moment, so that they go in the
/// order in which they came. Safe for use from several threads at once.
/// </summary>
internal sealed class RequestPacer(int perSecond)
{
    private static readonly TimeSpan Burst = TimeSpan.FromSeconds(1);

    private readonly TimeSpan _interval = Burst / perSecond;
    private readonly Lock _lock = new();
    private DateTimeOffset _paidUntil;

    /// <summary>Takes the next free moment; answers how long to wait for it.</summary>
    public TimeSpan Reserve(DateTimeOffset now)
    {
        lock (_lock)
        {
            _paidUntil = (_paidUntil > now ? _paidUntil : now) + _interval;
            TimeSpan wait = _paidUntil - now - Burst;
            return wait > TimeSpan.Zero ? wait : TimeSpan.Zero;
        }
    }
}
