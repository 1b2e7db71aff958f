namespace RendezvousCluster.Libp2p.Negotiation;

/// <summary>Why multistream-select could not agree.</summary>
public enum NegotiationError
{
    /// <summary>The remote speaks none of the proposed protocols.</summary>
    ProtocolNotSupported,

    /// <summary>A message was not one of multistream-select, or over the length limit.</summary>
    Malformed,

    /// <summary>The remote proposed more protocols than the limit allows.</summary>
    TooManyProposals,

    /// <summary>The stream ended before an agreement.</summary>
    EndOfStream,
}

/// <summary>multistream-select failed; the stream or connection being negotiated is to be reset.</summary>
public sealed class NegotiationException : Libp2pException
{
    /// <summary>Creates the failure.</summary>
    public NegotiationException(NegotiationError error, string message)
        : base(message)
    {
        Error = error;
    }

    /// <summary>What went wrong; also a tag of the metrics.</summary>
    public NegotiationError Error { get; }
}
