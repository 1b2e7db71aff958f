namespace RendezvousCluster.Libp2p.Security;

/// <summary>Why a security handshake failed.</summary>
public enum SecurityHandshakeError
{
    /// <summary>A message could not be parsed or was out of bounds.</summary>
    Malformed,

    /// <summary>A message did not authenticate.</summary>
    DecryptFailed,

    /// <summary>The identity key is unusable or its signature does not verify.</summary>
    InvalidIdentity,

    /// <summary>The remote proved another identity than the one dialled.</summary>
    PeerIdMismatch,

    /// <summary>The connection ended inside the handshake.</summary>
    EndOfStream,
}

/// <summary>A security handshake failed; the connection is to be closed without a reply.</summary>
public sealed class SecurityHandshakeException : Libp2pException
{
    /// <summary>Creates the failure.</summary>
    public SecurityHandshakeException(SecurityHandshakeError error, string message, Exception? innerException = null)
        : base(message, innerException)
    {
        Error = error;
    }

    /// <summary>What went wrong; also a tag of the metrics.</summary>
    public SecurityHandshakeError Error { get; }
}
