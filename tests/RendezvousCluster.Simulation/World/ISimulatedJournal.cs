namespace RendezvousCluster.Simulation.World;

/// <summary>What can be said of the journal of any owner.</summary>
internal interface ISimulatedJournal
{
    /// <summary>When the newest row was written.</summary>
    long WrittenAt { get; }

    /// <summary>The highest number that is there.</summary>
    long Highest { get; }

    /// <summary>A copy takes its place that does not have what was written at that time or later.</summary>
    /// <returns>Whether rows are lost.</returns>
    bool LoseSince(long time);

    /// <summary>How many events there are.</summary>
    int EventCount { get; }

    /// <summary>How many snapshots there are.</summary>
    int SnapshotCount { get; }
}
