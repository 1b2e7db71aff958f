using RendezvousCluster.Protocol;

namespace RendezvousCluster.Client.Errors;

/// <summary>
/// E_INVALID_SIGNED_PEER_RECORD (101): the point does not take this node's record; it may want another flavour, or know a newer one.
/// </summary>
public sealed class InvalidSignedPeerRecordException : RendezvousRefusedException
{
    internal InvalidSignedPeerRecordException(RendezvousPoint point, string statusText)
        : base(point, RendezvousStatus.InvalidSignedPeerRecord, statusText)
    {
    }
}
