namespace RendezvousCluster.Chaos.Checking;

/// <summary>A row of the journal.</summary>
/// <param name="PersistenceId">Whose journal.</param>
/// <param name="SequenceNumber">Which row of it.</param>
/// <param name="Writer">Who wrote it: each start of an owner has a name of its own.</param>
internal readonly record struct JournalRow(string PersistenceId, long SequenceNumber, string Writer);
