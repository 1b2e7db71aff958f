using Google.Protobuf;
using RendezvousCluster.Registry.Inquiries;
using RendezvousCluster.Registry.Serialization.Proto;

namespace RendezvousCluster.Registry.Serialization;

/// <summary>What operators ask nodes, to and from protobuf.</summary>
internal static class InquiryCodec
{
    internal static IMessage ToProto(Inquiry inquiry) =>
        new InquiryMessage { Subject = inquiry.Subject, Details = WireBytes.Wrap(inquiry.Details) };

    internal static IMessage ToProto(InquiryReply reply) =>
        new InquiryReplyMessage { Answer = WireBytes.Wrap(reply.Answer), Refusal = reply.Refusal ?? string.Empty };

    internal static Inquiry ReadInquiry(byte[] bytes)
    {
        InquiryMessage read = InquiryMessage.Parser.ParseFrom(bytes);
        return read.Subject.Length <= Inquiry.MaxSubjectLength && read.Details.Length <= Inquiry.MaxDetailsBytes
            ? new Inquiry(read.Subject, read.Details.Memory)
            : throw new InvalidDataException("An inquiry is longer than any node makes one.");
    }

    internal static InquiryReply ReadReply(byte[] bytes)
    {
        InquiryReplyMessage read = InquiryReplyMessage.Parser.ParseFrom(bytes);
        return read.Answer.Length <= InquiryReply.MaxAnswerBytes
            ? new InquiryReply(read.Answer.Memory, read.Refusal.Length > 0 ? read.Refusal : null)
            : throw new InvalidDataException("The answer to an inquiry is longer than any node makes one.");
    }
}
