namespace RendezvousCluster.Libp2p.Limits;

/// <summary>What a transport buffers of one connection below the muxer.</summary>
internal static class TransportBuffers
{
    /// <summary>
    /// Bytes of a connection that are read ahead of us; the muxer's windows bound what a peer may send, this bounds one socket.
    /// </summary>
    public const int MaxReadAheadBytes = 128 * 1024;

    /// <summary>Bytes written and not yet taken by the kernel before a flush waits.</summary>
    public const int MaxWriteBehindBytes = 64 * 1024;

    /// <summary>
    /// The bytes that a connection may hold until its upgrade has ended, regardless of what it sends: those that the host reads ahead.
    /// Lines and handshake messages, which are smaller, lie in them.
    /// </summary>
    public const int PendingUpgradeBytes = MaxReadAheadBytes;
}
