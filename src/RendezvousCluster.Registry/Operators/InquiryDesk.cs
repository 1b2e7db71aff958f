using Akka.Actor;
using Microsoft.Extensions.Logging;
using RendezvousCluster.Registry.Inquiries;

namespace RendezvousCluster.Registry.Operators;

/// <summary>
/// Answers what operators ask through other nodes.
///
/// Rules. Each inquiry gets one reply, an answer or a refusal. A few are answered at once, and what comes on top is refused: however many
/// ask, this node works on few answers, and none takes longer than <see cref="AnswerTimeout"/>. An answer that no message can carry is
/// refused.
/// </summary>
internal sealed partial class InquiryDesk : UntypedActor
{
    /// <summary>Answers under way: operators are few.</summary>
    internal const int MaxUnderWay = 8;

    /// <summary>An answer that takes longer is not waited for.</summary>
    internal static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(3);

    private readonly IInquiryAnswerer _answerer;
    private readonly ILogger _logger;
    private int _underWay;

    public InquiryDesk(IInquiryAnswerer answerer, ILogger logger) => (_answerer, _logger) = (answerer, logger);

    internal static Props Props(IInquiryAnswerer answerer, ILogger logger) =>
        Akka.Actor.Props.Create(() => new InquiryDesk(answerer, logger));

    /// <summary>One answer: what it is, or why there is none. Does not throw.</summary>
    internal static async Task<InquiryReply> AnswerAsync(
        IInquiryAnswerer answerer, Inquiry inquiry, ILogger logger, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(AnswerTimeout);
        try
        {
            ReadOnlyMemory<byte> answer = await answerer.AnswerAsync(inquiry.Subject, inquiry.Details, limit.Token).ConfigureAwait(false);
            return answer.Length <= InquiryReply.MaxAnswerBytes
                ? new InquiryReply(answer, null)
                : Refuse($"its answer has {answer.Length} bytes, more than a message between nodes can carry");
        }
        catch (InquiryRefusedException exception)
        {
            return Refuse(exception.Message);
        }
        catch (OperationCanceledException)
        {
            return Refuse($"it did not find the answer within {AnswerTimeout.TotalSeconds:0} s");
        }
        catch (Exception exception)
        {
            LogFailed(logger, inquiry.Subject, exception);
            return Refuse("it failed; its log says why");
        }
    }

    /// <inheritdoc/>
    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case Inquiry when _underWay >= MaxUnderWay:
                Sender.Tell(Refuse("it is answering others"));
                break;
            case Inquiry inquiry:
                _underWay++;
                IActorRef sender = Sender;
                AnswerAsync(_answerer, inquiry, _logger, CancellationToken.None)
                    .PipeTo(Self, success: reply => new Answered(sender, reply));
                break;
            case Answered answered:
                _underWay--;
                answered.To.Tell(answered.Reply);
                break;
        }
    }

    private static InquiryReply Refuse(string why) => new(ReadOnlyMemory<byte>.Empty, why);

    [LoggerMessage(2200, LogLevel.Error, "What an operator asked, {Subject}, could not be answered")]
    private static partial void LogFailed(ILogger logger, string subject, Exception exception);

    private sealed record Answered(IActorRef To, InquiryReply Reply) : INoSerializationVerificationNeeded;
}
