namespace RendezvousCluster.Chaos.Network;

/// <summary>
/// When what was sent along a way arrives: after a delay that differs a little each time and follows from a seed, never before what was
/// sent earlier. Without a delay it arrives at once. Safe for use from several threads.
/// </summary>
internal sealed class DelayLine(int seed)
{
    // The delay is between this part of the longest one and all of it.
    private const double Steadiness = 0.5;

    private readonly Lock _lock = new();
    private readonly Random _random = new(seed);
    private TimeSpan _longest;
    private DateTimeOffset _last = DateTimeOffset.MinValue;

    /// <summary>The longest delay of what is sent from now on; zero for none.</summary>
    public void Delay(TimeSpan longest)
    {
        lock (_lock)
        {
            _longest = longest;
        }
    }

    /// <summary>When what is sent now arrives.</summary>
    public DateTimeOffset DueAt(DateTimeOffset now)
    {
        lock (_lock)
        {
            DateTimeOffset due = now + (_longest * (Steadiness + ((1 - Steadiness) * _random.NextDouble())));
            return _last = due > _last ? due : _last;
        }
    }
}
