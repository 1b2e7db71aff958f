namespace RendezvousCluster.Libp2p.Muxing;

/// <summary>Why a connection ended. Each name is a tag of the metrics and appears in logs; append, never renumber.</summary>
public enum ConnectionEndReason
{
    /// <summary>This side closed it in the ordinary way.</summary>
    ClosedLocally,

    /// <summary>The remote closed it: its go-away or the end of the transport.</summary>
    ClosedByRemote,

    /// <summary>The transport broke (reset, I/O error).</summary>
    TransportFailed,

    /// <summary>A frame could not be decrypted or authenticated.</summary>
    DecryptFailed,

    /// <summary>The remote broke the muxer's protocol.</summary>
    ProtocolError,

    /// <summary>The remote sent more than its window.</summary>
    WindowExceeded,

    /// <summary>The remote opened streams faster than the rate limit allows.</summary>
    StreamRateExceeded,

    /// <summary>The remote did not answer keep-alive pings.</summary>
    KeepAliveTimeout,

    /// <summary>The remote did not read for longer than the write timeout.</summary>
    WriteTimeout,

    /// <summary>The upgrade (security, muxer) failed or took too long.</summary>
    UpgradeFailed,

    /// <summary>The host is shutting down.</summary>
    HostStopping,

    /// <summary>A limit on connections refused or trimmed it.</summary>
    LimitReached,

    /// <summary>An unexpected failure on this side.</summary>
    InternalError,

    /// <summary>What the remote sent and nobody read stayed beyond its cap.</summary>
    UnreadBytesExceeded,

    /// <summary>All connections together made this host hold more than it may, and this one held the most.</summary>
    HeldBytesExceeded,

    /// <summary>The host's access list does not serve the peer, or where it comes from.</summary>
    AccessDenied,
}
