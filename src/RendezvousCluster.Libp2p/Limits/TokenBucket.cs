namespace RendezvousCluster.Libp2p.Limits;

/// <summary>
/// A rate limit: holds at most <c>burst</c> tokens, gains <c>tokensPerSecond</c>, each event takes one. Full at the start. Not thread-safe:
/// its owner calls it under a lock.
/// </summary>
internal sealed class TokenBucket
{
    private readonly TimeProvider _timeProvider;
    private readonly double _tokensPerSecond;
    private readonly double _burst;
    private double _tokens;
    private long _filledAt;

    public TokenBucket(TimeProvider timeProvider, double tokensPerSecond, double burst)
    {
        _timeProvider = timeProvider;
        _tokensPerSecond = tokensPerSecond;
        _burst = burst;
        _tokens = burst;
        _filledAt = timeProvider.GetTimestamp();
    }

    /// <summary>Takes a token if there is one.</summary>
    public bool TryTake()
    {
        long now = _timeProvider.GetTimestamp();
        _tokens = Math.Min(_burst, _tokens + (_timeProvider.GetElapsedTime(_filledAt, now).TotalSeconds * _tokensPerSecond));
        _filledAt = now;
        if (_tokens < 1)
        {
            return false;
        }

        _tokens--;
        return true;
    }

    /// <summary>Gives a token back: the event that took it turned out to be harmless. Never more than the burst.</summary>
    public void Return() => _tokens = Math.Min(_burst, _tokens + 1);
}
