namespace RendezvousCluster.Registry;

/// <summary>A node does not answer an inquiry; the message says why, in one line without secrets.</summary>
public sealed class InquiryRefusedException : Exception
{
    /// <summary>Says why.</summary>
    public InquiryRefusedException(string message)
        : base(message)
    {
    }

    /// <summary>Says why, and what the reason was.</summary>
    public InquiryRefusedException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}
