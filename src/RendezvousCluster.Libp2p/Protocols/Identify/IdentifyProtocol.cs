namespace RendezvousCluster.Libp2p.Protocols.Identify;

/// <summary>Names that identify fixes (https://github.com/libp2p/specs/blob/master/identify/README.md).</summary>
public static class IdentifyProtocol
{
    /// <summary>Asking a peer who it is.</summary>
    public const string Id = "/ipfs/id/1.0.0";

    /// <summary>A peer telling unasked that something changed.</summary>
    public const string PushId = "/ipfs/id/push/1.0.0";

    /// <summary>The protocol family's version that every implementation names; nobody compares it any more.</summary>
    public const string ProtocolVersion = "ipfs/0.1.0";
}
