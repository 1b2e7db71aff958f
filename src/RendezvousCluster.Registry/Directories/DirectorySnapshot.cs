using RendezvousCluster.Core.Directories;

namespace RendezvousCluster.Registry.Directories;

/// <summary>All entries of a part. A copy: the store serialises it on another thread.</summary>
internal sealed record DirectorySnapshot(List<NamespaceListed> Entries);
