namespace RendezvousCluster.Chaos.History;

/// <summary>What a client knows of a request that is over.</summary>
internal enum Outcome
{
    /// <summary>It was acknowledged.</summary>
    Ok,

    /// <summary>It surely has no effect: it was refused, or never sent.</summary>
    Failed,

    /// <summary>No answer, or one that leaves it open: it may take effect later, or never.</summary>
    Unknown,
}
