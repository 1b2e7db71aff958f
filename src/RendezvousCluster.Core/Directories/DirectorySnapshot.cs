using RendezvousCluster.Core.Ownership;

namespace RendezvousCluster.Core.Directories;

/// <summary>All entries of a part. A copy: the store serialises it on another thread.</summary>
/// <param name="Entries">The entries.</param>
/// <param name="PreviousSnapshot">Where the snapshot before this one stands; 0 if there is none.</param>
/// <param name="DeletedTo">How far the events had been deleted when it was taken.</param>
internal sealed record DirectorySnapshot(List<NamespaceListed> Entries, long PreviousSnapshot = 0, long DeletedTo = 0) : IJournalSnapshot;
