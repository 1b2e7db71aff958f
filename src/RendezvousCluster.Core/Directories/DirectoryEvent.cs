using RendezvousCluster.Protocol;

namespace RendezvousCluster.Core.Directories;

/// <summary>A change of a part of the directory. The end of an entry needs no event: it follows from the entry's time.</summary>
internal abstract record DirectoryEvent;

/// <summary>An owner took over the part; as the first event of an owner it makes the next write of an older one collide.</summary>
internal sealed record DirectoryOpened(Guid Incarnation) : DirectoryEvent;

/// <summary>A namespace may have registrations until a time.</summary>
internal sealed record NamespaceListed(RendezvousNamespace Namespace, long UntilUnixMilliseconds) : DirectoryEvent;
