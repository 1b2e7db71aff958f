namespace RendezvousCluster.Simulation.Invariants;

/// <summary>A DISCOVER, from its first page to its last.</summary>
/// <param name="ns">What is read.</param>
/// <param name="node">At which node.</param>
/// <param name="limit">How many on a page.</param>
/// <param name="began">When the first page was asked for.</param>
/// <param name="follower">Whose view it adds to; null for a read from the beginning.</param>
internal sealed class Reading(int ns, int node, int limit, long began, FollowedView? follower)
{
    public int Namespace => ns;

    public int Node => node;

    public int Limit => limit;

    public long Began { get; } = began;

    public FollowedView? Follower { get; } = follower;

    /// <summary>The peers found so far.</summary>
    public HashSet<int> Found { get; } = [];

    /// <summary>Where the next page begins.</summary>
    public ulong Cookie { get; set; } = follower?.Cookie ?? 0;

    /// <summary>When the page under way was asked for.</summary>
    public long PageBegan { get; set; } = began;

    public int Pages { get; set; }

    /// <summary>Whether a page may have come from an owner that had been replaced.</summary>
    public bool MayBeStale { get; set; }
}
