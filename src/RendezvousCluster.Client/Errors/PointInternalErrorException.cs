using RendezvousCluster.Protocol;

namespace RendezvousCluster.Client.Errors;

/// <summary>E_INTERNAL_ERROR (300): something broke at the point.</summary>
public sealed class PointInternalErrorException : RendezvousRefusedException
{
    internal PointInternalErrorException(RendezvousPoint point, string statusText)
        : base(point, RendezvousStatus.InternalError, statusText)
    {
    }
}
