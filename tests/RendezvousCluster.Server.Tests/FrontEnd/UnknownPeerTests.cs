using RendezvousCluster.Libp2p.Records;
using RendezvousCluster.Protocol;
using RendezvousCluster.Protocol.Messages;
using RendezvousCluster.Testing.Rendezvous;

namespace RendezvousCluster.Server.Tests.FrontEnd;

/// <summary>
/// A peer that gives no sign of what it reads: its identify holds no record, and a name that nobody knows. It is shown one flavour of each
/// namespace, and the same one along its cookies.
/// </summary>
public sealed class UnknownPeerTests : IDisposable
{
    private static readonly byte[] Ns = "chat"u8.ToArray();

    private readonly TestPeer _reader = new();
    private readonly List<IDisposable> _connections = [];
    private FrontEndFixture _frontEnd = new();

    public void Dispose()
    {
        _connections.ForEach(connection => connection.Dispose());
        _frontEnd.Dispose();
    }

    [Theory]
    [InlineData(RecordFlavour.Standard, 2, 0, RecordFlavour.Standard)]
    [InlineData(RecordFlavour.Standard, 0, 2, RecordFlavour.RoutingState)]
    [InlineData(RecordFlavour.Standard, 2, 2, RecordFlavour.Standard)]
    [InlineData(RecordFlavour.RoutingState, 2, 0, RecordFlavour.Standard)]
    [InlineData(RecordFlavour.RoutingState, 0, 2, RecordFlavour.RoutingState)]
    [InlineData(RecordFlavour.RoutingState, 2, 2, RecordFlavour.RoutingState)]
    public async Task Peer_is_shown_the_only_flavour_and_of_two_the_settings(
        RecordFlavour setting, int standard, int rust, RecordFlavour shown)
    {
        _frontEnd.Dispose();
        _frontEnd = new FrontEndFixture(configure: options => options.FlavourForUnknownPeers = setting);
        await RegisterAsync(RecordFlavour.Standard, standard);
        await RegisterAsync(RecordFlavour.RoutingState, rust);

        foreach (byte[]? ns in new[] { Ns, null })
        {
            DiscoverResponse page = await DiscoverAsync(await NamedAsync(), ns);
            Assert.Equal([shown, shown], page.Registrations.Select(FlavourOf));
        }
    }

    [Fact]
    public async Task Newcomers_of_another_flavour_do_not_turn_a_chain_of_cookies()
    {
        await RegisterAsync(RecordFlavour.Standard, 2);
        DiscoverResponse first = await DiscoverAsync(await NamedAsync(), Ns, limit: 1);
        await RegisterAsync(RecordFlavour.RoutingState, 3);
        Assert.Equal(3, (await DiscoverAsync(await NamedAsync(), Ns)).Registrations.Count); // who begins now is shown what the settings say

        DiscoverResponse second = await DiscoverAsync(await NamedAsync(), Ns, first.Cookie.ToArray());
        await RegisterAsync(RecordFlavour.Standard, 1);
        DiscoverResponse third = await DiscoverAsync(await NamedAsync(), Ns, second.Cookie.ToArray());

        DiscoverResponse[] pages = [first, second, third];
        Assert.Equal([1, 1, 1], pages.Select(page => page.Registrations.Count));
        Assert.Equal(3, pages.Select(page => Convert.ToHexString(page.Registrations[0].SignedPeerRecord.Span)).Distinct().Count());
        Assert.All(pages, page => Assert.Equal(RecordFlavour.Standard, FlavourOf(page.Registrations[0])));
    }

    [Fact]
    public async Task Chain_goes_on_with_all_of_the_other_flavour_when_its_own_has_gone()
    {
        RendezvousDriver[] rust = await RegisterAsync(RecordFlavour.RoutingState, 1);
        await RegisterAsync(RecordFlavour.Standard, 2);
        DiscoverResponse first = await DiscoverAsync(await NamedAsync(), Ns);
        Assert.Equal(RecordFlavour.RoutingState, FlavourOf(Assert.Single(first.Registrations)));
        await rust[0].SendAsync(RawRequests.Unregister(Ns).Framed());
        await rust[0].AskAsync<DiscoverResponse>(RawRequests.Discover(Ns)); // UNREGISTER is done when what follows it is answered

        DiscoverResponse second = await DiscoverAsync(await NamedAsync(), Ns, first.Cookie.ToArray());
        Assert.Equal([RecordFlavour.Standard, RecordFlavour.Standard], second.Registrations.Select(FlavourOf));

        Assert.Empty((await DiscoverAsync(await NamedAsync(), Ns, second.Cookie.ToArray())).Registrations);
    }

    [Fact]
    public async Task Cookie_of_an_empty_namespace_commits_to_nothing()
    {
        DiscoverResponse empty = await DiscoverAsync(await NamedAsync(), Ns);
        Assert.Equal(RendezvousStatus.Ok, empty.Status);
        await RegisterAsync(RecordFlavour.Standard, 2);

        Assert.Equal(2, (await DiscoverAsync(await NamedAsync(), Ns, empty.Cookie.ToArray())).Registrations.Count);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Peer_that_registers_later_is_shown_all_of_its_own_flavour(bool all)
    {
        byte[]? ns = all ? null : Ns;
        await RegisterAsync(RecordFlavour.Standard, 2);
        await RegisterAsync(RecordFlavour.RoutingState, 2);
        RendezvousDriver stream = await NamedAsync();
        DiscoverResponse before = await DiscoverAsync(stream, ns);
        Assert.Equal([RecordFlavour.RoutingState, RecordFlavour.RoutingState], before.Registrations.Select(FlavourOf));

        await stream.AskAsync<RegisterResponse>(RawRequests.Register(Ns, _reader.Record()));
        DiscoverResponse after = await DiscoverAsync(stream, ns, before.Cookie.ToArray());

        Assert.Equal(3, after.Registrations.Count);
        Assert.All(after.Registrations, found => Assert.Equal(RecordFlavour.Standard, FlavourOf(found)));
    }

    [Fact]
    public async Task Declared_flavours_are_shown_without_a_question()
    {
        await RegisterAsync(RecordFlavour.Standard, 2);
        await RegisterAsync(RecordFlavour.RoutingState, 2);
        using var connection = new FakePeerConnection(_reader.KeyPair.PublicKey);
        RendezvousDriver stream = _frontEnd.OpenStream(connection);

        ProtobufBytes both = Declaring("libp2p-peer-record", "libp2p-routing-state", "of-another-time");
        Assert.Equal(4, (await stream.AskAsync<DiscoverResponse>(both)).Registrations.Count);
        ProtobufBytes rust = Declaring("libp2p-routing-state");
        DiscoverResponse page = await stream.AskAsync<DiscoverResponse>(rust);

        Assert.Equal([RecordFlavour.RoutingState, RecordFlavour.RoutingState], page.Registrations.Select(FlavourOf));
        Assert.Equal(0, connection.OutboundOpens);

        static ProtobufBytes Declaring(params string[] domains)
        {
            var body = new ProtobufBytes().Bytes(1, Ns);
            Array.ForEach(domains, domain => body.Bytes(1000, System.Text.Encoding.UTF8.GetBytes(domain)));
            return RawRequests.Message(3, bodyField: 5, body);
        }
    }

    [Fact]
    public async Task Canvas_protocol_id_is_sign_enough()
    {
        await RegisterAsync(RecordFlavour.Standard, 2);
        await RegisterAsync(RecordFlavour.RoutingState, 2);
        using var connection = new FakePeerConnection(_reader.KeyPair.PublicKey);
        InMemoryMuxedStream remote = _frontEnd.OpenRaw(connection, protocolId: ProtocolIds.Canvas);
        var stream = new RendezvousDriver(remote, () => remote.CloseWriteAsync());

        DiscoverResponse page = await stream.AskAsync<DiscoverResponse>(RawRequests.Discover(Ns));

        Assert.Equal([RecordFlavour.Standard, RecordFlavour.Standard], page.Registrations.Select(FlavourOf));
        Assert.Equal(0, connection.OutboundOpens);
    }

    [Fact]
    public async Task Unsigned_registrations_stay_with_their_like()
    {
        _frontEnd.Dispose();
        _frontEnd = new FrontEndFixture(limits: limits => limits.AllowUnsignedRegistrations = true);
        var old = new TestPeer();
        FakePeerConnection connection = FrontEndFixture.Silent(old);
        _connections.Add(connection);
        await _frontEnd.OpenStream(connection).AskAsync<RegisterResponse>(RawRequests.Register(Ns, old.OldPeerInfo()));
        Assert.Empty((await DiscoverAsync(await NamedAsync(), Ns)).Registrations);

        await RegisterAsync(RecordFlavour.Standard, 1);

        Assert.Equal(RecordFlavour.Standard, FlavourOf(Assert.Single((await DiscoverAsync(await NamedAsync(), Ns)).Registrations)));
    }

    private static Task<DiscoverResponse> DiscoverAsync(RendezvousDriver stream, byte[]? ns, byte[]? cookie = null, ulong? limit = null) =>
        stream.AskAsync<DiscoverResponse>(RawRequests.Discover(ns, limit, cookie));

    private static RecordFlavour FlavourOf(Registration registration)
    {
        Assert.Equal(
            SignedPeerRecordError.None, SignedPeerRecord.TryOpen(registration.SignedPeerRecord.Span, out SignedPeerRecord? record));
        return record!.Flavour;
    }

    // On a connection of its own: what it says of itself helps nobody, and a request has been answered when it is used.
    private async Task<RendezvousDriver> NamedAsync()
    {
        var connection = new FakePeerConnection(_reader.KeyPair.PublicKey);
        _connections.Add(connection);
        RendezvousDriver stream = _frontEnd.OpenStream(connection);
        Task<DiscoverResponse> asked = stream.AskAsync<DiscoverResponse>(RawRequests.Discover("nobody"u8.ToArray()));
        await connection.AnswerIdentifyAsync("cli/3.0.0 (mainnet)");
        await asked;
        return stream;
    }

    private async Task<RendezvousDriver[]> RegisterAsync(RecordFlavour flavour, int count)
    {
        var streams = new List<RendezvousDriver>();
        for (int i = 0; i < count; i++)
        {
            var peer = new TestPeer();
            FakePeerConnection connection = FrontEndFixture.Silent(peer);
            _connections.Add(connection);
            RendezvousDriver stream = _frontEnd.OpenStream(connection);
            RegisterResponse granted = await stream.AskAsync<RegisterResponse>(RawRequests.Register(Ns, peer.Record(1, flavour)));
            Assert.Equal(RendezvousStatus.Ok, granted.Status);
            streams.Add(stream);
        }

        return [.. streams];
    }
}
