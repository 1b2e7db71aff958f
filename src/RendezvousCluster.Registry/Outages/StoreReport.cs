namespace RendezvousCluster.Registry.Outages;

/// <summary>What a node tells the others of its store, each time anew: that it takes no writes, or that it has just taken one.</summary>
internal abstract record StoreReport
{
    /// <summary>The sender's store takes no writes.</summary>
    internal static readonly StoreIsAway Away = new();

    /// <summary>The sender's store took a write a moment ago.</summary>
    internal static readonly StoreIsWell Well = new();

    private StoreReport()
    {
    }

    /// <summary>Whether it is <see cref="Away"/>.</summary>
    public bool IsAway => this is StoreIsAway;

    /// <summary>The type of <see cref="Away"/>.</summary>
    internal sealed record StoreIsAway : StoreReport;

    /// <summary>The type of <see cref="Well"/>.</summary>
    internal sealed record StoreIsWell : StoreReport;
}
