namespace RendezvousCluster.Libp2p.Muxing;

/// <summary>The whole connection is over, and every stream of it.</summary>
public sealed class MuxerConnectionException : Libp2pException
{
    /// <summary>Creates the failure.</summary>
    public MuxerConnectionException(ConnectionEndReason reason, string message, Exception? innerException = null)
        : base(message, innerException)
    {
        Reason = reason;
    }

    /// <summary>Why the connection ended; also a tag of the metrics.</summary>
    public ConnectionEndReason Reason { get; }
}
