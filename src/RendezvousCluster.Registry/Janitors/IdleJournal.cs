namespace RendezvousCluster.Registry.Janitors;

/// <summary>A journal that nobody has written to for long.</summary>
/// <param name="PersistenceId">Whose.</param>
/// <param name="HasEvents">Whether there is more in it than the mark of the highest sequence number that the persistence plugin leaves when
/// it deletes.</param>
internal sealed record IdleJournal(string PersistenceId, bool HasEvents);
