namespace RendezvousCluster.Libp2p.Protocols.Identify;

/// <summary>
/// A peer's identify cannot be used: malformed, too much of it, too late, or about somebody else. The connection lives on.
/// </summary>
public sealed class IdentifyException : Libp2pException
{
    /// <summary>Creates the failure.</summary>
    public IdentifyException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
