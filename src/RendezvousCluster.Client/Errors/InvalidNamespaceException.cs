using RendezvousCluster.Protocol;

namespace RendezvousCluster.Client.Errors;

/// <summary>
/// E_INVALID_NAMESPACE (100): the point does not take that name. nim's says so of a namespace in which nobody is registered, too.
/// </summary>
public sealed class InvalidNamespaceException : RendezvousRefusedException
{
    internal InvalidNamespaceException(RendezvousPoint point, string statusText)
        : base(point, RendezvousStatus.InvalidNamespace, statusText)
    {
    }
}
