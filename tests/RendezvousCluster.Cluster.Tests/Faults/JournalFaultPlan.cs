namespace RendezvousCluster.Cluster.Tests.Faults;

/// <summary>
/// Which operations of the journal go wrong, and how: follows from its seed. Most succeed; of the kinds each comes once before any comes
/// again. Which namespace has the bad luck follows from who writes when, and is not in the seed.
/// </summary>
internal sealed class JournalFaultPlan
{
    private readonly Random _random;
    private readonly JournalFaultKind[] _kinds;
    private readonly int _shortest;
    private readonly int _longest;
    private int _next;
    private int _successesLeft;

    /// <param name="seed">What the plan follows from.</param>
    /// <param name="kinds">The kinds that may come; none: all goes well.</param>
    /// <param name="shortest">So many operations succeed at least before the next one fails.</param>
    /// <param name="longest">So many at most.</param>
    public JournalFaultPlan(int seed, IEnumerable<JournalFaultKind> kinds, int shortest, int longest)
    {
        _random = new Random(seed);
        _kinds = [.. kinds];
        (_shortest, _longest) = (shortest, longest);
        _random.Shuffle(_kinds);
        _successesLeft = _random.Next(shortest, longest + 1);
    }

    /// <summary>What happens to the next operation; null: nothing.</summary>
    public JournalFault? Next()
    {
        if (_kinds.Length == 0 || _successesLeft-- > 0)
        {
            return null;
        }

        if (_next == _kinds.Length)
        {
            _random.Shuffle(_kinds);
            _next = 0;
        }

        _successesLeft = _random.Next(_shortest, _longest + 1);
        return new JournalFault(_kinds[_next++], _random.NextDouble());
    }
}
