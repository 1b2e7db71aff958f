using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using RendezvousCluster.Libp2p.Limits;
using RendezvousCluster.Libp2p.Negotiation;
using RendezvousCluster.Testing;
using static RendezvousCluster.Libp2p.Tests.Negotiation.NegotiationPeer;

namespace RendezvousCluster.Libp2p.Tests.Negotiation;

public sealed class MultistreamSelectDialLazyTests
{
    private readonly DuplexPipePair _pair = DuplexPipePair.Create();
    private readonly NegotiationPeer _listener;

    public MultistreamSelectDialLazyTests()
    {
        _listener = new NegotiationPeer(_pair.Right);
    }

    [Fact]
    public async Task The_proposal_goes_out_at_once_and_data_may_follow_before_any_answer()
    {
        PipeReader reader = await DialAsync();
        await _listener.ExpectAsync(Header, "/a");
        await _pair.Left.Output.WriteAsync("data"u8.ToArray()).Within();
        ReadResult data = await _pair.Right.Input.ReadAtLeastAsync(4).Within();
        Assert.Equal("data", Encoding.Latin1.GetString(data.Buffer));

        await _listener.SendRawAsync(Message(Header) + Message("/a") + "reply");
        await ExpectReplyAsync(reader, "reply");
        await _listener.SendRawAsync("more");
        await ExpectReplyAsync(reader, "more");
    }

    [Fact]
    public async Task A_listening_side_of_ours_serves_it_with_the_data_in_place()
    {
        Task<string> listening = MultistreamSelect.ListenAsync(_pair.Right, id => id == "/a", new Libp2pLimits(), default).Within();
        PipeReader reader = await DialAsync();
        await _pair.Left.Output.WriteAsync("request"u8.ToArray()).Within();
        Assert.Equal("/a", await listening);
        ReadResult request = await _pair.Right.Input.ReadAtLeastAsync(7).Within();
        Assert.Equal("request", Encoding.Latin1.GetString(request.Buffer));
        await _pair.Right.Output.WriteAsync("response"u8.ToArray()).Within();
        await ExpectReplyAsync(reader, "response");
    }

    [Fact]
    public async Task A_refusal_shows_at_the_first_read_and_every_later_one()
    {
        PipeReader reader = await DialAsync();
        await _listener.SendAsync(Header, "na");
        await ExpectFailureAsync(reader, NegotiationError.ProtocolNotSupported);
        await ExpectFailureAsync(reader, NegotiationError.ProtocolNotSupported);
        Assert.Throws<NegotiationException>(() => reader.TryRead(out _));
    }

    [Fact]
    public async Task Garbage_and_the_end_of_the_stream_show_at_the_first_read()
    {
        PipeReader reader = await DialAsync();
        await _listener.SendRawAsync("\u0003abc");
        await ExpectFailureAsync(reader, NegotiationError.Malformed);

        DuplexPipePair other = DuplexPipePair.Create();
        await new NegotiationPeer(other.Right).SendAsync(Header);
        await other.Right.Output.CompleteAsync();
        reader = await MultistreamSelect.DialLazyAsync(other.Left, "/a", new Libp2pLimits(), default).Within();
        await ExpectFailureAsync(reader, NegotiationError.EndOfStream);
        await ExpectFailureAsync(reader, NegotiationError.EndOfStream);
    }

    [Fact]
    public async Task An_agreement_followed_by_the_end_is_the_end()
    {
        PipeReader reader = await DialAsync();
        await _listener.SendAsync(Header, "/a");
        await _listener.CloseAsync();
        ReadResult result = await reader.ReadAsync().Within();
        Assert.True(result is { IsCompleted: true, Buffer.IsEmpty: true });
    }

    [Fact]
    public async Task A_read_cancelled_before_the_answer_shows_nothing_of_the_negotiation()
    {
        PipeReader reader = await DialAsync();
        await _listener.SendRawAsync(Message(Header) + "\u0003/");
        Task<ReadResult> reading = reader.ReadAsync().AsTask();
        reader.CancelPendingRead();
        ReadResult result = await reading.Within();
        Assert.True(result is { IsCanceled: true, Buffer.IsEmpty: true });
        reader.AdvanceTo(result.Buffer.Start, result.Buffer.End);

        await _listener.SendRawAsync("a\nreply");
        await ExpectReplyAsync(reader, "reply");
    }

    [Fact]
    public async Task TryRead_takes_the_answer_too()
    {
        PipeReader reader = await DialAsync();
        Assert.False(reader.TryRead(out _));
        await _listener.SendAsync(Header);
        Assert.False(reader.TryRead(out _));
        await _listener.SendRawAsync(Message("/a") + "reply");
        Assert.True(reader.TryRead(out ReadResult result));
        Assert.Equal("reply", Encoding.Latin1.GetString(result.Buffer));
    }

    [Fact]
    public async Task The_answer_may_come_byte_by_byte()
    {
        PipeReader reader = await MultistreamSelect.DialLazyAsync(
            SegmentingDuplexPipe.OneByteAtATime(_pair.Left), "/a", new Libp2pLimits(), default).Within();
        await _listener.SendRawAsync(Message(Header) + Message("/a") + "reply");
        await ExpectReplyAsync(reader, "reply");
    }

    private Task<PipeReader> DialAsync() => MultistreamSelect.DialLazyAsync(_pair.Left, "/a", new Libp2pLimits(), default).Within();

    private static async Task ExpectReplyAsync(PipeReader reader, string expected)
    {
        ReadResult result = await reader.ReadAtLeastAsync(expected.Length).Within();
        Assert.Equal(expected, Encoding.Latin1.GetString(result.Buffer));
        reader.AdvanceTo(result.Buffer.End);
    }

    private static async Task ExpectFailureAsync(PipeReader reader, NegotiationError expected) =>
        Assert.Equal(expected, (await Assert.ThrowsAsync<NegotiationException>(() => reader.ReadAsync().Within())).Error);
}
