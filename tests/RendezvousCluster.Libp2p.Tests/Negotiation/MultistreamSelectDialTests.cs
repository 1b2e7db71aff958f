using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using RendezvousCluster.Libp2p.Limits;
using RendezvousCluster.Libp2p.Negotiation;
using RendezvousCluster.Testing;
using static RendezvousCluster.Libp2p.Tests.Negotiation.NegotiationPeer;

namespace RendezvousCluster.Libp2p.Tests.Negotiation;

public sealed class MultistreamSelectDialTests
{
    private readonly DuplexPipePair _pair = DuplexPipePair.Create();
    private readonly NegotiationPeer _listener;
    private readonly Libp2pLimits _limits = new();

    public MultistreamSelectDialTests()
    {
        _listener = new NegotiationPeer(_pair.Right);
    }

    [Fact]
    public async Task Header_and_first_candidate_go_out_together_and_the_next_only_after_na()
    {
        Task<string> dialing = DialAsync("/a", "/b", "/c");
        await _listener.ExpectAsync(Header, "/a");
        await _listener.SendAsync(Header);
        _listener.ExpectNothing();
        await _listener.SendAsync("na");
        await _listener.ExpectAsync("/b");
        await _listener.SendAsync("/b");
        Assert.Equal("/b", await dialing);
        _listener.ExpectNothing();
    }

    [Fact]
    public async Task A_listener_may_send_its_header_unasked_and_bytes_after_the_agreement_stay()
    {
        await _listener.SendRawAsync(Message(Header) + Message("/a") + "hello");
        Assert.Equal("/a", await DialAsync("/a"));
        Assert.True(_pair.Left.Input.TryRead(out ReadResult rest));
        Assert.Equal("hello", Encoding.Latin1.GetString(rest.Buffer));
    }

    [Fact]
    public async Task A_header_sent_at_once_and_again_as_an_echo_is_accepted()
    {
        await _listener.SendAsync(Header, Header, "/a");
        Assert.Equal("/a", await DialAsync("/a"));
    }

    [Fact]
    public async Task A_third_header_is_refused()
    {
        await _listener.SendAsync(Header, Header, Header, "/a");
        await ExpectFailureAsync(NegotiationError.Malformed);
    }

    [Fact]
    public async Task When_every_candidate_is_refused_the_failure_says_so()
    {
        await _listener.SendAsync(Header, "na", "na");
        await ExpectFailureAsync(NegotiationError.ProtocolNotSupported, "/a", "/b");
        await _listener.ExpectAsync(Header, "/a", "/b");
    }

    [Theory]
    [InlineData("/b")]
    [InlineData("ls")]
    [InlineData("")]
    public async Task An_answer_that_was_not_asked_for_is_refused(string answer)
    {
        await _listener.SendAsync(Header, answer);
        await ExpectFailureAsync(NegotiationError.Malformed);
    }

    [Theory]
    [InlineData("/a")]
    [InlineData("na")]
    public async Task An_answer_without_the_header_is_refused(string answer)
    {
        await _listener.SendAsync(answer);
        await ExpectFailureAsync(NegotiationError.Malformed);
    }

    [Fact]
    public async Task An_endless_line_is_refused()
    {
        await _listener.SendRawAsync("\u0081\u0008");
        await ExpectFailureAsync(NegotiationError.Malformed);
    }

    [Fact]
    public async Task The_end_of_the_stream_at_any_offset_has_an_error_of_its_own()
    {
        string whole = Message(Header) + Message("/a");
        for (int length = 0; length < whole.Length; length++)
        {
            DuplexPipePair pair = DuplexPipePair.Create();
            var listener = new NegotiationPeer(pair.Right);
            await listener.SendRawAsync(whole[..length]);
            await listener.CloseAsync();
            NegotiationException exception = await Assert.ThrowsAsync<NegotiationException>(
                () => MultistreamSelect.DialAsync(pair.Left, ["/a"], _limits, CancellationToken.None).Within());
            Assert.Equal(NegotiationError.EndOfStream, exception.Error);
        }
    }

    [Fact]
    public async Task A_dial_without_candidates_is_the_callers_mistake() =>
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => DialAsync());

    [Fact]
    public async Task The_callers_token_ends_a_negotiation_with_a_silent_remote()
    {
        using var timeout = new CancellationTokenSource();
        Task<string> dialing = MultistreamSelect.DialAsync(_pair.Left, ["/a"], _limits, timeout.Token).AsTask();
        await timeout.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => dialing.Within());
    }

    [Fact]
    public async Task Both_sides_agree_however_the_bytes_are_cut()
    {
        Random random = SeededRandom.Create(out _);
        for (int round = 0; round < 50; round++)
        {
            DuplexPipePair pair = DuplexPipePair.Create();
            IDuplexPipe dialer = SegmentingDuplexPipe.RandomCuts(pair.Left, new Random(random.Next()), 8);
            IDuplexPipe listener = SegmentingDuplexPipe.OneByteAtATime(pair.Right);
            Task<string> listening = MultistreamSelect.ListenAsync(listener, id => id == "/c", _limits, CancellationToken.None).AsTask();
            Assert.Equal("/c", await MultistreamSelect.DialAsync(dialer, ["/a", "/b", "/c"], _limits, CancellationToken.None).Within());
            Assert.Equal("/c", await listening.Within());

            await dialer.Output.WriteAsync("leftovers arrive whole"u8.ToArray()).Within();
            ReadResult rest = await listener.Input.ReadAtLeastAsync(22).Within();
            Assert.Equal("leftovers arrive whole", Encoding.Latin1.GetString(rest.Buffer));
        }
    }

    private Task<string> DialAsync(params string[] candidates) =>
        MultistreamSelect.DialAsync(_pair.Left, candidates, _limits, CancellationToken.None).Within();

    private async Task ExpectFailureAsync(NegotiationError expected, params string[] candidates)
    {
        NegotiationException exception = await Assert.ThrowsAsync<NegotiationException>(
            () => DialAsync(candidates.Length == 0 ? ["/a"] : candidates));
        Assert.Equal(expected, exception.Error);
    }
}
