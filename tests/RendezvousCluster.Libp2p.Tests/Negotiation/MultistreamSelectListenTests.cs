using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using RendezvousCluster.Libp2p.Limits;
using RendezvousCluster.Libp2p.Negotiation;
using RendezvousCluster.Testing;
using static RendezvousCluster.Libp2p.Tests.Negotiation.NegotiationPeer;

namespace RendezvousCluster.Libp2p.Tests.Negotiation;

public sealed class MultistreamSelectListenTests
{
    private readonly DuplexPipePair _pair = DuplexPipePair.Create();
    private readonly NegotiationPeer _dialer;
    private readonly Libp2pLimits _limits = new();

    public MultistreamSelectListenTests()
    {
        _dialer = new NegotiationPeer(_pair.Right);
    }

    [Fact]
    public async Task A_pipelined_proposal_is_answered_and_what_follows_stays_for_the_next_layer()
    {
        await _dialer.SendRawAsync(Message(Header) + Message("/a") + "application data");
        Assert.Equal("/a", await ListenAsync("/a"));
        await _dialer.ExpectAsync(Header, "/a");

        Assert.True(_pair.Left.Input.TryRead(out ReadResult rest));
        Assert.Equal("application data", Encoding.Latin1.GetString(rest.Buffer));
    }

    [Fact]
    public async Task A_dialer_that_waits_for_each_answer_gets_each()
    {
        Task<string> listening = ListenAsync("/b");
        await _dialer.SendAsync(Header);
        await _dialer.ExpectAsync(Header);
        await _dialer.SendAsync("/a");
        await _dialer.ExpectAsync("na");
        await _dialer.SendAsync("/b");
        await _dialer.ExpectAsync("/b");
        Assert.Equal("/b", await listening);
    }

    [Fact]
    public async Task Repeated_headers_ls_and_unknown_protocols_are_answered()
    {
        await _dialer.SendAsync(Header, "ls", Header, "", "/unknown", "/a");
        Assert.Equal("/a", await ListenAsync("/a"));
        await _dialer.ExpectAsync(Header, "na", Header, "na", "na", "/a");
    }

    [Fact]
    public async Task Old_go_with_simultaneous_connect_first_gets_na_and_goes_on()
    {
        await _dialer.SendAsync(Header, "/libp2p/simultaneous-connect", "/noise");
        Assert.Equal("/noise", await ListenAsync("/noise"));
        await _dialer.ExpectAsync(Header, "na", "/noise");
    }

    [Fact]
    public async Task A_proposal_after_the_agreement_belongs_to_the_next_layer()
    {
        await _dialer.SendAsync(Header, "/a", Header, "/b");
        Assert.Equal("/a", await ListenAsync("/a", "/b"));
        Assert.Equal("/b", await ListenAsync("/a", "/b"));
        await _dialer.ExpectAsync(Header, "/a", Header, "/b");
    }

    [Fact]
    public async Task The_last_allowed_proposal_is_taken()
    {
        await _dialer.SendAsync([Header, .. Enumerable.Repeat("/x", _limits.MaxNegotiationProposals - 1), "/a"]);
        Assert.Equal("/a", await ListenAsync("/a"));
    }

    [Theory]
    [InlineData("/x")]
    [InlineData(Header)]
    public async Task One_line_too_many_ends_the_negotiation_after_the_others_were_answered(string line)
    {
        await _dialer.SendAsync([Header, .. Enumerable.Repeat(line, _limits.MaxNegotiationProposals), "/a"]);
        await ExpectFailureAsync(NegotiationError.TooManyProposals);
        await _dialer.ExpectAsync([Header, .. Enumerable.Repeat(line == Header ? Header : "na", _limits.MaxNegotiationProposals)]);
        _dialer.ExpectNothing();
    }

    [Fact]
    public async Task A_negotiation_without_its_header_is_refused()
    {
        await _dialer.SendAsync("/a");
        await ExpectFailureAsync(NegotiationError.Malformed);
        _dialer.ExpectNothing();
    }

    [Theory]
    [InlineData("\u0000")]
    [InlineData("\u0003/ab")]
    [InlineData("GET / HTTP/1.1\r\nHost: rendezvous.example\r\nUser-Agent: a browser that lost its way\r\n\r\n")]
    [InlineData("\u0081\u0008")]
    [InlineData("\u00ff\u00ff\u00ff\u00ff")]
    public async Task Bytes_that_are_not_multistream_are_refused(string bytes)
    {
        await _dialer.SendRawAsync(bytes);
        await ExpectFailureAsync(NegotiationError.Malformed);
    }

    [Fact]
    public async Task The_end_of_the_stream_at_any_offset_has_an_error_of_its_own()
    {
        string whole = Message(Header) + Message("/a");
        for (int length = 0; length < whole.Length; length++)
        {
            DuplexPipePair pair = DuplexPipePair.Create();
            var dialer = new NegotiationPeer(pair.Right);
            await dialer.SendRawAsync(whole[..length]);
            await dialer.CloseAsync();
            NegotiationException exception = await Assert.ThrowsAsync<NegotiationException>(
                () => MultistreamSelect.ListenAsync(pair.Left, id => id == "/a", _limits, CancellationToken.None).Within());
            Assert.Equal(NegotiationError.EndOfStream, exception.Error);
        }
    }

    [Fact]
    public async Task A_request_sent_whole_by_a_dialer_that_does_not_wait_for_the_answer_is_served()
    {
        await _pair.Right.Input.CompleteAsync();
        await _dialer.SendRawAsync(Message(Header) + Message("/a") + "fire and forget");
        await _dialer.CloseAsync();
        Assert.Equal("/a", await ListenAsync("/a"));
        ReadResult rest = await _pair.Left.Input.ReadAtLeastAsync(15).Within();
        Assert.Equal("fire and forget", Encoding.Latin1.GetString(rest.Buffer));
    }

    [Fact]
    public async Task The_callers_token_ends_a_negotiation_with_a_silent_remote()
    {
        using var timeout = new CancellationTokenSource();
        await _dialer.SendRawAsync("\u0013/multi");
        Task<string> listening = MultistreamSelect.ListenAsync(_pair.Left, _ => true, _limits, timeout.Token).AsTask();
        Assert.False(listening.IsCompleted);
        await timeout.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => listening.Within());
    }

    [Fact]
    public async Task A_cancelled_read_ends_the_negotiation()
    {
        Task<string> listening = ListenAsync("/a");
        _pair.Left.Input.CancelPendingRead();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => listening);
    }

    private Task<string> ListenAsync(params string[] supported) =>
        MultistreamSelect.ListenAsync(_pair.Left, supported.Contains, _limits, CancellationToken.None).Within();

    private async Task ExpectFailureAsync(NegotiationError expected)
    {
        NegotiationException exception = await Assert.ThrowsAsync<NegotiationException>(() => ListenAsync("/a"));
        Assert.Equal(expected, exception.Error);
    }
}
