using Akka.Actor;
using Akka.TestKit.Xunit2;
using Microsoft.Extensions.Logging.Abstractions;
using RendezvousCluster.Registry.Inquiries;
using RendezvousCluster.Registry.Operators;

namespace RendezvousCluster.Registry.Tests.Operators;

public sealed class InquiryDeskTests : TestKit
{
    private static readonly Inquiry Status = new("status", ReadOnlyMemory<byte>.Empty);

    [Fact]
    public void The_desk_answers_with_what_the_program_says()
    {
        Ask(new Answerer(subject => Task.FromResult<ReadOnlyMemory<byte>>(new byte[] { (byte)subject.Length, 7 })));

        InquiryReply reply = ExpectMsg<InquiryReply>();

        Assert.Null(reply.Refusal);
        Assert.Equal([6, 7], reply.Answer.ToArray());
    }

    [Fact]
    public void A_refusal_says_why()
    {
        Ask(new Answerer(_ => throw new InquiryRefusedException("it does not know the question")));

        Assert.Equal("it does not know the question", ExpectMsg<InquiryReply>().Refusal);
    }

    [Fact]
    public void A_failure_is_refused_without_its_details()
    {
        Ask(new Answerer(_ => throw new InvalidOperationException("Password=secret")));

        Assert.Equal("it failed; its log says why", ExpectMsg<InquiryReply>().Refusal);
    }

    [Theory]
    [InlineData(InquiryReply.MaxAnswerBytes, true)]
    [InlineData(InquiryReply.MaxAnswerBytes + 1, false)]
    public void An_answer_that_no_message_can_carry_is_refused(int bytes, bool isAnswered)
    {
        Ask(new Answerer(_ => Task.FromResult<ReadOnlyMemory<byte>>(new byte[bytes])));

        Assert.Equal(isAnswered, ExpectMsg<InquiryReply>().Refusal is null);
    }

    [Fact]
    public void A_few_are_answered_at_once_and_the_next_one_is_refused_until_one_is_done()
    {
        var gate = new TaskCompletionSource<ReadOnlyMemory<byte>>(TaskCreationOptions.RunContinuationsAsynchronously);
        IActorRef desk = Ask(new Answerer(_ => gate.Task));
        for (int number = 1; number <= InquiryDesk.MaxUnderWay; number++)
        {
            desk.Tell(Status, TestActor);
        }

        Assert.Equal("it is answering others", ExpectMsg<InquiryReply>().Refusal);
        gate.SetResult(new byte[] { 1 });
        for (int number = 0; number < InquiryDesk.MaxUnderWay; number++)
        {
            Assert.Null(ExpectMsg<InquiryReply>().Refusal);
        }

        desk.Tell(Status, TestActor);
        Assert.Null(ExpectMsg<InquiryReply>().Refusal);
    }

    private IActorRef Ask(IInquiryAnswerer answerer)
    {
        IActorRef desk = Sys.ActorOf(InquiryDesk.Props(answerer, NullLogger.Instance));
        desk.Tell(Status, TestActor);
        return desk;
    }

    private sealed class Answerer(Func<string, Task<ReadOnlyMemory<byte>>> answer) : IInquiryAnswerer
    {
        public async ValueTask<ReadOnlyMemory<byte>> AnswerAsync(
            string subject, ReadOnlyMemory<byte> details, CancellationToken cancellationToken) =>
            await answer(subject).WaitAsync(cancellationToken);
    }
}
