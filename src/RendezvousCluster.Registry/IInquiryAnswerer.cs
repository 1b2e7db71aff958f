namespace RendezvousCluster.Registry;

/// <summary>Answers for one node what an operator asks through this node or any other one.</summary>
public interface IInquiryAnswerer
{
    /// <summary>Answers; 96 KiB at most.</summary>
    /// <param name="subject">What is asked for.</param>
    /// <param name="details">About what.</param>
    /// <param name="cancellationToken">Cancelled when nobody waits any more.</param>
    /// <exception cref="InquiryRefusedException">There is no answer; the message says why.</exception>
    ValueTask<ReadOnlyMemory<byte>> AnswerAsync(string subject, ReadOnlyMemory<byte> details, CancellationToken cancellationToken);
}
