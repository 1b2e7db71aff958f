using RendezvousCluster.Client.Points;

namespace RendezvousCluster.Client.Errors;

/// <summary>
/// UNREGISTER has no response. The point did not close its stream cleanly, and nothing else shows that it has carried it out. The
/// registration is gone when its time to live is over, at the latest.
/// </summary>
public sealed class UnregisterUnconfirmedException : RendezvousException
{
    internal UnregisterUnconfirmedException(RendezvousPoint point, StreamEnding ending)
        : base(
            point,
            $"{point.PeerId} did not confirm the UNREGISTER: it "
            + $"{(ending == StreamEnding.Reset ? "reset the stream" : "left the stream open")}.",
            innerException: null)
    {
    }
}
