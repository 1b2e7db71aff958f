namespace RendezvousCluster.Chaos.Load;

/// <summary>What a client does next: follows from its seed.</summary>
internal sealed class LoadPlan(int seed, int home, int nodes) : ILoadPlan
{
    // Percent. Most time goes to what has to be found; a client that is away needs to come back.
    private const int Refreshing = 30;
    private const int Renewing = Refreshing + 15;
    private const int Leaving = Renewing + 6;
    private const int Reading = Leaving + 28;
    private const int AtHome = 85;
    private const int ShortLived = 25;
    private const int SmallPages = 30;

    private const long ShortestTtl = 2;
    private const long ShortTtl = 6;
    private const long LongTtl = 30;
    private const int SmallPage = 2;
    private const int LargePage = 100;

    private readonly Random _random = new(seed);

    /// <inheritdoc/>
    public TimeSpan Pace { get; } = TimeSpan.FromMilliseconds(200);

    /// <inheritdoc/>
    public LoadStep Next() => _random.Next(100) switch
    {
        < Refreshing => LoadStep.Refresh,
        < Renewing => LoadStep.Renew,
        < Leaving => LoadStep.Unregister,
        < Reading => LoadStep.Discover,
        _ => LoadStep.Follow,
    };

    /// <inheritdoc/>
    public long Ttl() => _random.Next(100) < ShortLived ? _random.NextInt64(ShortestTtl, ShortTtl + 1) : LongTtl;

    /// <inheritdoc/>
    public int Limit() => _random.Next(100) < SmallPages ? SmallPage : LargePage;

    /// <summary>Which node to ask: mostly the client's own, never one that it avoids as long as there is another.</summary>
    public int Node(Func<int, bool> isAvoided)
    {
        int wanted = _random.Next(100) < AtHome ? home : _random.Next(nodes);
        int turn = _random.Next(nodes);
        return !isAvoided(wanted)
            ? wanted
            : Enumerable.Range(turn, nodes).Select(node => node % nodes).FirstOrDefault(node => !isAvoided(node), wanted);
    }
}
