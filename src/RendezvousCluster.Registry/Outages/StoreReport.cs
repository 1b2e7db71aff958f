namespace RendezvousCluster.Registry.Outages;

/// <summary>What a node tells the others of its store, each time anew: that it takes no writes, or that it has just taken one.</summary>
internal sealed record StoreReport
{
    /// <summary>The sender's store takes no writes.</summary>
    internal static readonly StoreReport Away = new(isAway: true);

    /// <summary>The sender's store took a write a moment ago.</summary>
    internal static readonly StoreReport Well = new(isAway: false);

    private StoreReport(bool isAway) => IsAway = isAway;

    /// <summary>Which of the two.</summary>
    public bool IsAway { get; }
}
