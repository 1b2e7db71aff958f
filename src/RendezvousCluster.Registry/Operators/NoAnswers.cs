namespace RendezvousCluster.Registry.Operators;

/// <summary>For a host that answers operators nothing.</summary>
internal sealed class NoAnswers : IInquiryAnswerer
{
    /// <inheritdoc/>
    public ValueTask<ReadOnlyMemory<byte>> AnswerAsync(
        string subject, ReadOnlyMemory<byte> details, CancellationToken cancellationToken) =>
        throw new InquiryRefusedException("its program answers operators nothing");
}
