namespace RendezvousCluster.Libp2p.Transports;

/// <summary>An address cannot be bound or reached.</summary>
public sealed class TransportException : Libp2pException
{
    /// <summary>Creates the failure with a sentence for the user.</summary>
    public TransportException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
