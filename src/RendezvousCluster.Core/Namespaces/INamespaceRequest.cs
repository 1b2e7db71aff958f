using RendezvousCluster.Core.Ownership;

namespace RendezvousCluster.Core.Namespaces;

/// <summary>What the owner of a namespace is asked: a <see cref="INamespaceCommand"/> or a <see cref="DiscoverQuery"/>.</summary>
internal interface INamespaceRequest
{
    /// <summary>The answer when it is refused.</summary>
    INamespaceReply Refuse(RefusalReason reason);
}
