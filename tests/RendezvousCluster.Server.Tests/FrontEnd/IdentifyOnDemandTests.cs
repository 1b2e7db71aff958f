using RendezvousCluster.Libp2p.Hosting;
using RendezvousCluster.Libp2p.Limits;
using RendezvousCluster.Libp2p.Protocols;
using RendezvousCluster.Libp2p.Protocols.Identify;
using RendezvousCluster.Libp2p.Records;
using RendezvousCluster.Protocol;
using RendezvousCluster.Protocol.Messages;
using RendezvousCluster.Testing.Rendezvous;

namespace RendezvousCluster.Server.Tests.FrontEnd;

/// <summary>A peer that only discovers is asked once who it is, and answered in its own flavour.</summary>
public sealed class IdentifyOnDemandTests : IDisposable
{
    private static readonly byte[] Ns = "chat"u8.ToArray();
    private static readonly TimeSpan IdentifyTimeout = new RendezvousLimits().IdentifyTimeout;

    // Rust's is what peers without a sign are shown by default; here it takes a sign.
    private readonly FrontEndFixture _frontEnd = new(configure: options => options.FlavourForUnknownPeers = RecordFlavour.Standard);
    private readonly TestPeer _rust = new();
    private readonly TestPeer _reader = new();
    private readonly FakePeerConnection _connection;

    public IdentifyOnDemandTests() => _connection = new FakePeerConnection(_reader.KeyPair.PublicKey);

    public void Dispose()
    {
        _connection.Dispose();
        _frontEnd.Dispose();
    }

    [Fact]
    public async Task Rust_that_has_registered_nothing_is_shown_rust_records()
    {
        await RegisterBothFlavoursAsync();
        RendezvousDriver stream = _frontEnd.OpenStream(_connection);
        Task<DiscoverResponse> page = stream.AskAsync<DiscoverResponse>(RawRequests.Discover(Ns));
        await _connection.AnswerIdentifyAsync("rust-libp2p/0.45.0");
        AssertRust(await page);

        Task<DiscoverResponse> all = stream.AskAsync<DiscoverResponse>(RawRequests.Discover(null));
        AssertRust(await all);
        Assert.Equal(1, _connection.OutboundOpens);
    }

    [Fact]
    public async Task Record_in_identify_tells_as_well()
    {
        await RegisterBothFlavoursAsync();
        Task<DiscoverResponse> page = _frontEnd.OpenStream(_connection).AskAsync<DiscoverResponse>(RawRequests.Discover(Ns));
        await _connection.AnswerIdentifyAsync("homestar/1.0", _reader.Record(1, RecordFlavour.RoutingState));
        AssertRust(await page);
    }

    [Fact]
    public async Task Requests_at_once_share_one_question()
    {
        await RegisterBothFlavoursAsync();
        Task<DiscoverResponse>[] pages = [.. Enumerable.Range(0, 5).Select(_ =>
            _frontEnd.OpenStream(_connection).AskAsync<DiscoverResponse>(RawRequests.Discover(Ns)))];
        FakePeerConnection.OutboundStream asked = await _connection.AcceptOutboundAsync();
        Assert.All(pages, page => Assert.False(page.IsCompleted));
        Assert.Equal(0, _frontEnd.Gate.Inside); // a request that waits for its own peer takes no place of this node

        await asked.Stream.SayAsync(_connection, "rust-libp2p/0.45.0");

        foreach (Task<DiscoverResponse> page in pages)
        {
            AssertRust(await page);
        }

        Assert.Equal(1, _connection.OutboundOpens);
    }

    [Fact]
    public async Task Silent_peer_is_waited_for_once_and_then_answered_as_one_without_a_sign()
    {
        await RegisterBothFlavoursAsync();
        RendezvousDriver stream = _frontEnd.OpenStream(_connection);
        Task<DiscoverResponse> page = stream.AskAsync<DiscoverResponse>(RawRequests.Discover(Ns));
        await _connection.AcceptOutboundAsync();

        _frontEnd.Time.Advance(IdentifyTimeout - TimeSpan.FromTicks(1));
        Assert.False(page.IsCompleted);
        _frontEnd.Time.Advance(TimeSpan.FromTicks(1));

        AssertStandard(await page);
        AssertStandard(await stream.AskAsync<DiscoverResponse>(RawRequests.Discover(Ns)));
        Assert.Equal(1, _connection.OutboundOpens);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Failed_question_is_not_repeated(bool malformed)
    {
        await RegisterBothFlavoursAsync();
        using FakePeerConnection connection = malformed ? new(_reader.KeyPair.PublicKey) : FrontEndFixture.Silent(_reader);
        RendezvousDriver stream = _frontEnd.OpenStream(connection);
        Task<DiscoverResponse> page = stream.AskAsync<DiscoverResponse>(RawRequests.Discover(Ns));
        if (malformed)
        {
            (await connection.AcceptOutboundAsync()).Stream.Reset();
        }

        AssertStandard(await page);
        AssertStandard(await stream.AskAsync<DiscoverResponse>(RawRequests.Discover(Ns)));
        Assert.Equal(1, connection.OutboundOpens);
    }

    [Fact]
    public async Task Push_is_believed_also_after_a_failed_question()
    {
        await RegisterBothFlavoursAsync();
        RendezvousDriver stream = _frontEnd.OpenStream(_connection);
        Task<DiscoverResponse> page = stream.AskAsync<DiscoverResponse>(RawRequests.Discover(Ns));
        (await _connection.AcceptOutboundAsync()).Stream.Reset();
        AssertStandard(await page);

        (Libp2pStream local, InMemoryMuxedStream remote) = _connection.ConnectInbound(IdentifyProtocol.PushId);
        Task handling = new IdentifyPushHandler(new Libp2pLimits(), _frontEnd.Time).HandleAsync(local, CancellationToken.None);
        await remote.SayAsync(_connection, "rust-libp2p/0.45.0");
        await handling.Within();

        AssertRust(await stream.AskAsync<DiscoverResponse>(RawRequests.Discover(Ns)));
    }

    [Fact]
    public async Task Peers_that_register_are_not_asked()
    {
        RendezvousDriver stream = _frontEnd.OpenStream(_connection);
        await stream.AskAsync<RegisterResponse>(RawRequests.Register(Ns, _reader.Record(1, RecordFlavour.RoutingState)));
        Assert.Single((await stream.AskAsync<DiscoverResponse>(RawRequests.Discover(Ns))).Registrations);
        Assert.Equal(0, _connection.OutboundOpens);
    }

    [Fact]
    public async Task Request_that_gives_up_takes_nothing_from_the_others()
    {
        await RegisterBothFlavoursAsync();
        InMemoryMuxedStream gone = _frontEnd.OpenRaw(_connection);
        await gone.Output.WriteAsync(RawRequests.Discover(Ns).Framed()).AsTask().Within();
        FakePeerConnection.OutboundStream asked = await _connection.AcceptOutboundAsync();
        gone.Reset();
        Task<DiscoverResponse> page = _frontEnd.OpenStream(_connection).AskAsync<DiscoverResponse>(RawRequests.Discover(Ns));

        await asked.Stream.SayAsync(_connection, "rust-libp2p/0.45.0");

        AssertRust(await page);
        Assert.Equal(1, _connection.OutboundOpens);
    }

    [Fact]
    public async Task The_end_of_the_connection_ends_the_wait()
    {
        RendezvousDriver stream = _frontEnd.OpenStream(_connection);
        await stream.SendAsync(RawRequests.Discover(Ns).Framed());
        await _connection.AcceptOutboundAsync();
        await _connection.CloseAsync();
        await _frontEnd.AllHandledAsync();
    }

    private async Task RegisterBothFlavoursAsync()
    {
        using FakePeerConnection rust = FrontEndFixture.Silent(_rust);
        await _frontEnd.OpenStream().AskAsync<RegisterResponse>(RawRequests.Register(Ns, _frontEnd.Peer.Record()));
        await _frontEnd.OpenStream(rust).AskAsync<RegisterResponse>(RawRequests.Register(Ns, _rust.Record(1, RecordFlavour.RoutingState)));
    }

    private void AssertStandard(DiscoverResponse page) =>
        Assert.Equal(_frontEnd.Peer.Record(), Assert.Single(page.Registrations).SignedPeerRecord.ToArray());

    private void AssertRust(DiscoverResponse page) =>
        Assert.Equal(_rust.Record(1, RecordFlavour.RoutingState), Assert.Single(page.Registrations).SignedPeerRecord.ToArray());
}
