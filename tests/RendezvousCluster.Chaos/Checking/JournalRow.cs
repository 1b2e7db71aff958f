namespace RendezvousCluster.Chaos.Checking;

/// <summary>A row of the journal.</summary>
/// <param name="PersistenceId">Whose journal.</param>
/// <param name="SequenceNumber">Which row of it.</param>
/// <param name="Writer">Which owner wrote it: each has an id of its own.</param>
/// <param name="BeginsOwner">Whether it is the event that an owner begins with.</param>
internal readonly record struct JournalRow(string PersistenceId, long SequenceNumber, string Writer, bool BeginsOwner);
