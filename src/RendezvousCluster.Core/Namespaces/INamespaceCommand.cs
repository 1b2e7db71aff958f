using RendezvousCluster.Libp2p.Identity;
using RendezvousCluster.Protocol;

namespace RendezvousCluster.Core.Namespaces;

/// <summary>What may change a namespace: a <see cref="RegisterCommand"/> or an <see cref="UnregisterCommand"/>.</summary>
internal interface INamespaceCommand : INamespaceRequest
{
    /// <summary>Which namespace; null for all, which no owner is asked.</summary>
    RendezvousNamespace? Namespace { get; }

    /// <summary>The peer whose registration it is about. Commands of one peer depend on one another.</summary>
    PeerId Peer { get; }

    /// <summary>When the caller stops waiting. Of two commands of a peer the one with the earlier deadline is the older.</summary>
    DateTimeOffset Deadline { get; }
}
