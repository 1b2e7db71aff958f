namespace RendezvousCluster.Libp2p.Protocols.Ping;

/// <summary>A ping had no answer in time, or a wrong one. The connection lives on.</summary>
public sealed class PingException : Libp2pException
{
    /// <summary>Creates the failure.</summary>
    public PingException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
