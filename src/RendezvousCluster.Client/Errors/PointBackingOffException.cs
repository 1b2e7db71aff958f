namespace RendezvousCluster.Client.Errors;

/// <summary>The point has failed so recently that it is left alone for a while; nothing was sent.</summary>
public sealed class PointBackingOffException : RendezvousException
{
    internal PointBackingOffException(
        RendezvousPoint point, int failuresInARow, DateTimeOffset? retryAt, RendezvousException? lastError)
        : base(
            point,
            $"{point.PeerId} has failed {failuresInARow} times in a row and is left alone until {retryAt:u}: {lastError?.Message}",
            lastError)
    {
    }
}
