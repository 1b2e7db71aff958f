namespace RendezvousCluster.Simulation.Invariants;

/// <summary>
/// How far the nodes' clocks were apart: what promises that are kept by clocks have to allow for. Zero as long as clocks agree.
/// </summary>
internal sealed class ClockHistory
{
    private readonly List<(long From, long Least, long Most)> _spans = [(0, 0, 0)];

    /// <summary>The furthest that clocks were ever apart, or from the true time.</summary>
    public long Widest { get; private set; }

    /// <summary>From now on the clocks are within these bounds of the true time.</summary>
    public void Set(long now, long least, long most)
    {
        _spans.Add((now, least, most));
        Widest = Math.Max(Widest, Math.Max(most, 0) - Math.Min(least, 0));
    }

    /// <summary>The most that any two readings of clocks differ beyond the time between them.</summary>
    public long Spread(long from, long to)
    {
        long least = long.MaxValue;
        long most = long.MinValue;
        for (int i = _spans.Count - 1; i >= 0; i--)
        {
            if (_spans[i].From <= to || i == 0)
            {
                least = Math.Min(least, _spans[i].Least);
                most = Math.Max(most, _spans[i].Most);
            }

            // Several may begin at the same time.
            if (_spans[i].From < from)
            {
                break;
            }
        }

        return most - least;
    }
}
