using RendezvousCluster.Protocol;

namespace RendezvousCluster.Client.Errors;

/// <summary>E_NOT_AUTHORIZED (200): a quota is reached, or the point does not allow the request to this node.</summary>
public sealed class NotAuthorizedException : RendezvousRefusedException
{
    internal NotAuthorizedException(RendezvousPoint point, string statusText)
        : base(point, RendezvousStatus.NotAuthorized, statusText)
    {
    }
}
