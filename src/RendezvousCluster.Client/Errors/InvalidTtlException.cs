using RendezvousCluster.Protocol;

namespace RendezvousCluster.Client.Errors;

/// <summary>E_INVALID_TTL (102): the time asked for is outside the range that the point grants.</summary>
public sealed class InvalidTtlException : RendezvousRefusedException
{
    internal InvalidTtlException(RendezvousPoint point, string statusText)
        : base(point, RendezvousStatus.InvalidTtl, statusText)
    {
    }
}
