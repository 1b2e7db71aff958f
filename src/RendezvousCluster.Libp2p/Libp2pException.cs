namespace RendezvousCluster.Libp2p;

/// <summary>
/// Base of every failure that a remote peer or the network can cause. Each subclass has one blast radius: a stream
/// (<see cref="Muxing.MuxerStreamException"/>), a connection (<see cref="Muxing.MuxerConnectionException"/>,
/// <see cref="Security.SecurityHandshakeException"/>), or one negotiation (<see cref="Negotiation.NegotiationException"/>).
/// </summary>
public abstract class Libp2pException : Exception
{
    /// <summary>Creates the failure with a sentence for the log and, where there is one, its cause.</summary>
    protected Libp2pException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
