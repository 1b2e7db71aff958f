using RendezvousCluster.Protocol;

namespace RendezvousCluster.Client.Errors;

/// <summary>E_INVALID_COOKIE (103): the point does not know the cookie any more. The client then starts over by itself.</summary>
public sealed class InvalidCookieException : RendezvousRefusedException
{
    internal InvalidCookieException(RendezvousPoint point, string statusText)
        : base(point, RendezvousStatus.InvalidCookie, statusText)
    {
    }
}
