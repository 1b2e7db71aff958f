using RendezvousCluster.Protocol;

namespace RendezvousCluster.Core.Directories;

/// <summary>Some of the namespaces that may have registrations.</summary>
/// <param name="Namespaces">In ascending order of their keys.</param>
/// <param name="Continue">Where the next part begins; null when there is none.</param>
internal sealed record NamespaceListing(IReadOnlyList<RendezvousNamespace> Namespaces, NamespaceKey? Continue) : IDirectoryReply;
