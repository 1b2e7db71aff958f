using RendezvousCluster.Client.Points;

namespace RendezvousCluster.Client.Errors;

/// <summary>The point has failed so recently that it is left alone for a while; nothing was sent.</summary>
public sealed class PointBackingOffException : RendezvousException
{
    internal PointBackingOffException(PointHealth health)
        : base(
            health.Point,
            $"{health.Point.PeerId} has failed {health.FailuresInARow} times in a row and is left alone until {health.RetryAt:u}: "
            + $"{health.LastError?.Message}",
            health.LastError)
    {
    }
}
