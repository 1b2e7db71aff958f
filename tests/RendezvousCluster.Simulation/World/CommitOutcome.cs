namespace RendezvousCluster.Simulation.World;

/// <summary>What became of a write.</summary>
internal enum CommitOutcome
{
    /// <summary>It is in the journal.</summary>
    Committed,

    /// <summary>There are rows in its place, or behind it.</summary>
    Collided,

    /// <summary>The row before it is not there.</summary>
    PredecessorMissing,
}
