namespace RendezvousCluster.Chaos.Load;

/// <summary>What a client does next, where and how often.</summary>
internal interface ILoadPlan
{
    /// <summary>Between the begin of one request and the next, if the first one is over by then.</summary>
    TimeSpan Pace { get; }

    /// <summary>The next thing to do.</summary>
    LoadStep Next();

    /// <summary>The time to live to ask for, in seconds.</summary>
    long Ttl();

    /// <summary>How many to ask for on a page.</summary>
    int Limit();

    /// <summary>Which node to ask: never one that is avoided as long as there is another.</summary>
    int Node(Func<int, bool> isAvoided);
}
