using RendezvousCluster.Protocol;

namespace RendezvousCluster.Client.Errors;

/// <summary>
/// E_UNAVAILABLE (400): the point is overloaded or without its database. Whether a REGISTER was carried out is then unknown.
/// </summary>
public sealed class PointUnavailableException : RendezvousRefusedException
{
    internal PointUnavailableException(RendezvousPoint point, string statusText)
        : base(point, RendezvousStatus.Unavailable, statusText)
    {
    }
}
