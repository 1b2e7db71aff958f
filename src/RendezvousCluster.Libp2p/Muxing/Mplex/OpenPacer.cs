namespace RendezvousCluster.Libp2p.Muxing.Mplex;

/// <summary>
/// Spaces the streams that we open: at most so many in any window of one second and a quarter. js-mplex 12 aborts a connection on which
/// more than five streams are opened within a second; the quarter is for what the network pushes together on the way. The first few go out
/// at once, which is all that most connections ever open. Guarded by the connection's gate.
/// </summary>
internal sealed class OpenPacer(TimeProvider timeProvider, int opensPerWindow)
{
    public static readonly TimeSpan Window = TimeSpan.FromSeconds(1.25);

    private readonly long _startedAt = timeProvider.GetTimestamp();

    // Moments of the last opens, since the start; the oldest first and never more than a window's worth.
    private readonly Queue<TimeSpan> _lastOpens = new();

    /// <summary>Counts an open and answers zero, or answers how long to wait before asking again.</summary>
    public TimeSpan TryOpen()
    {
        TimeSpan now = timeProvider.GetElapsedTime(_startedAt);
        if (_lastOpens.Count >= Math.Max(1, opensPerWindow))
        {
            TimeSpan wait = _lastOpens.Peek() + Window - now;
            if (wait > TimeSpan.Zero)
            {
                return wait;
            }

            _lastOpens.Dequeue();
        }

        _lastOpens.Enqueue(now);
        return TimeSpan.Zero;
    }
}
