using RendezvousCluster.Protocol;

namespace RendezvousCluster.Core.Directories;

/// <summary>What happened to a part of the directory. An entry's end is no event: it follows from its time.</summary>
internal abstract record DirectoryEvent;

/// <summary>An owner took over the part; as the first event of an owner it makes the next write of an older one collide.</summary>
internal sealed record DirectoryOpened(Guid Incarnation) : DirectoryEvent;

/// <summary>A namespace may have registrations until a time.</summary>
internal sealed record NamespaceListed(RendezvousNamespace Namespace, long UntilUnixMilliseconds) : DirectoryEvent;
