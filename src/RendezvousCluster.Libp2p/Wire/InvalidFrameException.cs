namespace RendezvousCluster.Libp2p.Wire;

/// <summary>A length-prefixed frame is malformed, too long or cut off; the stream that carried it is to be reset.</summary>
public sealed class InvalidFrameException : Libp2pException
{
    /// <summary>Creates the failure with a sentence for the log.</summary>
    public InvalidFrameException(string message)
        : base(message)
    {
    }
}
