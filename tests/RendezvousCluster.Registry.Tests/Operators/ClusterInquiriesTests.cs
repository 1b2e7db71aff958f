using Microsoft.Extensions.Logging.Abstractions;
using RendezvousCluster.Registry.Operators;
using RendezvousCluster.Testing;

namespace RendezvousCluster.Registry.Tests.Operators;

/// <summary>Inquiries at a node that has no others; those of a cluster are tested with one.</summary>
public sealed class ClusterInquiriesTests
{
    [Fact]
    public async Task A_refusal_comes_with_its_reason_and_without_an_answer()
    {
        NodeAnswer answer = await AskAsync(new NoAnswers());

        Assert.Equal((MemberNames.Alone, false), (answer.Node, answer.Answer.HasValue));
        Assert.Equal("its program answers operators nothing", answer.WhyNot);
    }

    [Fact]
    public async Task Questions_that_no_message_can_carry_are_a_mistake_of_the_caller()
    {
        var inquiries = new ClusterInquiries(new NodeSystem(), () => new NoAnswers(), NullLogger<ClusterInquiries>.Instance);

        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(
            () => inquiries.AskAllAsync("status", new byte[5000], CancellationToken.None));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(
            () => inquiries.AskAllAsync(new string('s', 65), ReadOnlyMemory<byte>.Empty, CancellationToken.None));
    }

    private static async Task<NodeAnswer> AskAsync(IInquiryAnswerer answerer)
    {
        var inquiries = new ClusterInquiries(new NodeSystem(), () => answerer, NullLogger<ClusterInquiries>.Instance);
        return Assert.Single(await inquiries.AskAllAsync("status", ReadOnlyMemory<byte>.Empty, CancellationToken.None).Within());
    }
}
