namespace RendezvousCluster.Client.Errors;

/// <summary>
/// UNREGISTER has no response. The point did not close its stream cleanly, and nothing else shows that it has carried it out. The
/// registration is gone when its time to live is over, at the latest.
/// </summary>
public sealed class UnregisterUnconfirmedException : RendezvousException
{
    internal UnregisterUnconfirmedException(RendezvousPoint point, bool wasReset)
        : base(
            point,
            $"{point.PeerId} did not confirm the UNREGISTER: it "
            + $"{(wasReset ? "reset the stream" : "left the stream open")}.",
            innerException: null)
    {
    }
}
