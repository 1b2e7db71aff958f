namespace RendezvousCluster.Libp2p.Muxing;

/// <summary>What ended a stream before both sides had finished it.</summary>
public enum StreamEndReason
{
    /// <summary>The remote reset it.</summary>
    ResetByRemote,

    /// <summary>This side reset it.</summary>
    ResetLocally,

    /// <summary>The connection under it ended.</summary>
    ConnectionEnded,

    /// <summary>The remote sent more than this stream may buffer.</summary>
    BufferExceeded,
}

/// <summary>One stream is over; the connection lives on.</summary>
public sealed class MuxerStreamException : Libp2pException
{
    /// <summary>Creates the failure.</summary>
    public MuxerStreamException(StreamEndReason reason, string message, Exception? innerException = null)
        : base(message, innerException)
    {
        Reason = reason;
    }

    /// <summary>What ended the stream.</summary>
    public StreamEndReason Reason { get; }
}
