namespace RendezvousCluster.Chaos.Cluster;

/// <summary>What the database still holds of a namespace.</summary>
/// <param name="PersistenceId">Whose.</param>
/// <param name="Rows">Rows of the journal, with the mark of the highest number that a deletion leaves behind.</param>
/// <param name="Snapshots">Snapshots.</param>
internal sealed record Leftover(string PersistenceId, int Rows, int Snapshots);
