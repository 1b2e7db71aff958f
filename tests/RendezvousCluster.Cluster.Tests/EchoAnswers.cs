using System.Text;
using RendezvousCluster.Registry;

namespace RendezvousCluster.Cluster.Tests;

/// <summary>Answers with the question.</summary>
internal sealed class EchoAnswers : IInquiryAnswerer
{
    public ValueTask<ReadOnlyMemory<byte>> AnswerAsync(
        string subject, ReadOnlyMemory<byte> details, CancellationToken cancellationToken) =>
        ValueTask.FromResult<ReadOnlyMemory<byte>>(Encoding.UTF8.GetBytes($"{subject} {Encoding.UTF8.GetString(details.Span)}"));
}
