namespace RendezvousCluster.Chaos.History;

/// <summary>Something that went wrong. Times are milliseconds since the run began.</summary>
/// <param name="Kind">What.</param>
/// <param name="Node">Which node was hit, by number; <see cref="NoNode"/> when it was not one.</param>
/// <param name="From">When it began.</param>
/// <param name="To">When its cause was over: the node ended or went on, the database is back.</param>
/// <param name="StaleUntil"> Until when the node may answer from what it knew before, because it may have been replaced without knowing it;
/// <see cref="From"/> when it never may.
/// </param>
/// <param name="Skew">How far the node's clock was ahead meanwhile, in milliseconds.</param>
internal sealed record FaultEvent(FaultKind Kind, int Node, long From, long To, long StaleUntil, long Skew = 0)
{
    /// <summary>In the place of a node's number.</summary>
    public const int NoNode = -1;

    /// <summary>Whether something stood still meanwhile, and went on afterwards with what it had begun.</summary>
    public bool IsStandstill => Kind is FaultKind.Pause or FaultKind.Blink or FaultKind.DatabaseStall or FaultKind.Lost
        or FaultKind.DatabaseCut or FaultKind.Isolate or FaultKind.FoundBeside;
}
