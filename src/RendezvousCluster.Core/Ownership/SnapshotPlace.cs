namespace RendezvousCluster.Core.Ownership;

/// <summary>Where a snapshot stands in its journal.</summary>
/// <param name="Sequence">The last event that is in it.</param>
/// <param name="PreviousSnapshot">As <see cref="IJournalSnapshot.PreviousSnapshot"/>.</param>
/// <param name="DeletedTo">As <see cref="IJournalSnapshot.DeletedTo"/>.</param>
internal readonly record struct SnapshotPlace(long Sequence, long PreviousSnapshot, long DeletedTo);
