namespace RendezvousCluster.Registry.Inquiries;

/// <summary>The answer of one node to an <see cref="Inquiry"/>.</summary>
/// <param name="Answer">The answer; empty when there is none.</param>
/// <param name="Refusal">Why there is none; null when there is one.</param>
internal sealed record InquiryReply(ReadOnlyMemory<byte> Answer, string? Refusal)
{
    /// <summary>Longest answer. With the fields around it stays below the frame limit of remoting, above which messages vanish.</summary>
    internal const int MaxAnswerBytes = AskPolicy.MaxPageBytes;
}
