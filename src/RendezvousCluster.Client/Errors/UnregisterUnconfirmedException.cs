using RendezvousCluster.Client.Points;

namespace RendezvousCluster.Client.Errors;

/// <summary>
/// UNREGISTER has no response. The point ended the stream otherwise than cleanly, so it may not have been carried out; rust's points end it so
/// always. The registration is gone when its time to live is over, at the latest.
/// </summary>
public sealed class UnregisterUnconfirmedException : RendezvousException
{
    internal UnregisterUnconfirmedException(RendezvousPoint point, Exception innerException)
        : base(point, $"{point.PeerId} did not confirm the UNREGISTER: {innerException.Message}", innerException)
    {
    }
}
