namespace RendezvousCluster.Simulation.World;

/// <summary>How the database is doing, for all journals at once.</summary>
internal sealed class SimulatedDisk
{
    /// <summary>How long after its owner heard of a failure a write may still be committed.</summary>
    internal const long MaxLateness = 15_000;

    public FaultWindow Refused { get; } = new();

    public FaultWindow Unknown { get; } = new();

    public FaultWindow Late { get; } = new();

    /// <summary>Its amount is the longest delay, in milliseconds.</summary>
    public FaultWindow Slow { get; } = new();

    public FaultWindow Unreadable { get; } = new();

    public FaultWindow SnapshotsFail { get; } = new();

    /// <summary>Snapshots are saved and cannot be read afterwards.</summary>
    public FaultWindow SnapshotsBreak { get; } = new();

    public FaultWindow DeletionsFail { get; } = new();

    /// <summary>Whether writes fail, so that a node takes the store for one that is or may be away.</summary>
    public bool IsTroubled(long now) => Refused.IsOpen(now) || Unknown.IsOpen(now) || Late.IsOpen(now);

    public void Heal()
    {
        SnapshotsFail.Close();
        SnapshotsBreak.Close();
        DeletionsFail.Close();
        Refused.Close();
        Unknown.Close();
        Late.Close();
        Slow.Close();
        Unreadable.Close();
    }
}
