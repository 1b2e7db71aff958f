namespace RendezvousCluster.Simulation.World;

/// <summary>What can be said of the journal of any owner.</summary>
internal interface ISimulatedJournal
{
    /// <summary>When the newest row was written.</summary>
    long WrittenAt { get; }

    /// <summary>How many events there are.</summary>
    int EventCount { get; }

    /// <summary>How many snapshots there are.</summary>
    int SnapshotCount { get; }
}
