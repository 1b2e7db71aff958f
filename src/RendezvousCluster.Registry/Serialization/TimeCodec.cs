using Google.Protobuf;
using RendezvousCluster.Registry.Clocks;
using RendezvousCluster.Registry.Serialization.Proto;

namespace RendezvousCluster.Registry.Serialization;

/// <summary>Messages about the time of the cluster to and from protobuf.</summary>
internal static class TimeCodec
{
    // No clock is further off; beyond it sums of times would end.
    private static readonly TimeSpan MostAhead = TimeSpan.FromDays(365_000);

    internal static IMessage ToProto(TimeQuery query) => new TimeQueryMessage { Number = query.Number };

    internal static IMessage ToProto(TimeReply reply) => new TimeReplyMessage
    {
        Number = reply.Number,
        NowUnixMs = reply.Now.ToUnixTimeMilliseconds(),
        Run = WireBytes.WrapRun(reply.Run),
        LowestMs = (long)reply.Lowest.TotalMilliseconds,
        HighestMs = (long)reply.Highest.TotalMilliseconds,
    };

    internal static TimeQuery ReadQuery(byte[] bytes) => new(TimeQueryMessage.Parser.ParseFrom(bytes).Number);

    internal static TimeReply ReadReply(byte[] bytes)
    {
        TimeReplyMessage read = TimeReplyMessage.Parser.ParseFrom(bytes);
        return new TimeReply(
            read.Number, WireBytes.ReadTime(read.NowUnixMs), WireBytes.ReadRun(read.Run), Ahead(read.LowestMs), Ahead(read.HighestMs));
    }

    private static TimeSpan Ahead(long milliseconds) => Math.Abs((double)milliseconds) <= MostAhead.TotalMilliseconds
        ? TimeSpan.FromMilliseconds(milliseconds)
        : throw new InvalidDataException($"No clock is {milliseconds} ms ahead.");
}
