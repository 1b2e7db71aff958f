using RendezvousCluster.Libp2p.Records;
using RendezvousCluster.Protocol;
using RendezvousCluster.Protocol.Messages;
using RendezvousCluster.Testing.Rendezvous;

namespace RendezvousCluster.Server.Tests.FrontEnd;

/// <summary>Clients of the protocol's first schema, end to end: their own bytes in, and bytes that they read out.</summary>
public sealed class OldClientTests : IDisposable
{
    private static readonly byte[] Ns = "chat"u8.ToArray();

    private readonly FrontEndFixture _strict = new();
    private readonly FrontEndFixture _lenient = new(limits: limits => limits.AllowUnsignedRegistrations = true);
    private readonly FakePeerConnection _old = new(ClientBytes.Peer.KeyPair.PublicKey);

    public void Dispose()
    {
        _old.Dispose();
        _strict.Dispose();
        _lenient.Dispose();
    }

    [Theory]
    [InlineData("py-libp2p/0.4.0")]
    [InlineData("berty.tech/berty/v2@v2.471.2")]
    public async Task Client_known_by_its_agent_version_is_shown_both_signed_flavours_as_PeerInfo(string agentVersion)
    {
        var go = new TestPeer();
        var rust = new TestPeer();
        await RegisterAsync(_strict, go, go.Record());
        await RegisterAsync(_strict, rust, rust.Record(1, RecordFlavour.RoutingState));
        RendezvousDriver stream = _strict.OpenStream(_old);

        await stream.SendAsync(ProtobufBytes.Frame(ClientBytes.PythonDiscover));
        await _old.AnswerIdentifyAsync(agentVersion, ClientBytes.StandardRecord);
        DiscoverResponse page = await stream.ReceiveAsync<DiscoverResponse>();

        Assert.Equal([go.OldPeerInfo(), rust.OldPeerInfo()], page.Registrations.Select(shown => shown.SignedPeerRecord.ToArray()));
        Assert.All(page.Registrations, shown => Assert.Equal((7_200ul, "chat"), (shown.TtlSeconds, NameOf(shown))));
    }

    [Fact]
    public async Task Page_is_what_an_old_client_reads_byte_for_byte()
    {
        await RegisterAsync(_strict, ClientBytes.Peer, ClientBytes.RoutingStateRecord);
        _strict.Time.Advance(TimeSpan.FromSeconds(1));
        RendezvousDriver stream = _strict.OpenStream(_old);
        await stream.SendAsync(ProtobufBytes.Frame(ClientBytes.PythonDiscover));
        await _old.AnswerIdentifyAsync("py-libp2p/0.4.0");

        byte[] answer = (await stream.ReceiveBytesAsync())!;

        // The cookie is ours; all else is fixed.
        Assert.Equal(Convert.ToHexString(ClientBytes.OldDiscoverResponse), Convert.ToHexString(WithGoldenCookie(answer)));
    }

    [Fact]
    public async Task Refused_registration_still_tells_what_its_sender_reads()
    {
        await RegisterAsync(_strict, ClientBytes.Peer, ClientBytes.StandardRecord);
        RendezvousDriver stream = _strict.OpenStream(_old);

        await stream.SendAsync(ProtobufBytes.Frame(ClientBytes.OldRegister));
        RegisterResponse refused = await stream.ReceiveAsync<RegisterResponse>();
        await stream.SendAsync(ProtobufBytes.Frame(ClientBytes.PythonDiscover));
        DiscoverResponse page = await stream.ReceiveAsync<DiscoverResponse>();

        Assert.Equal(RendezvousStatus.InvalidSignedPeerRecord, refused.Status);
        Assert.Contains("signed records only", refused.StatusText);
        Assert.Equal(ClientBytes.PeerInfo, Assert.Single(page.Registrations).SignedPeerRecord.ToArray());
        Assert.Equal(0, _old.OutboundOpens);
    }

    [Fact]
    public async Task Allowed_registration_is_shown_to_old_clients_only()
    {
        RendezvousDriver old = _lenient.OpenStream(_old);
        await old.SendAsync(ProtobufBytes.Frame(ClientBytes.OldRegister));
        Assert.Equal(new RegisterResponse(RendezvousStatus.Ok, "", 7_200), await old.ReceiveAsync<RegisterResponse>());

        foreach (byte[]? ns in new[] { Ns, null })
        {
            Registration own = Assert.Single((await old.AskAsync<DiscoverResponse>(RawRequests.Discover(ns))).Registrations);
            Assert.Equal(ClientBytes.PeerInfo, own.SignedPeerRecord.ToArray());
            Assert.Empty((await _lenient.OpenStream().AskAsync<DiscoverResponse>(RawRequests.Discover(ns))).Registrations);
            Assert.Empty((await DiscoverAsRustAsync(ns)).Registrations);
        }
    }

    [Fact]
    public async Task Allowed_registration_can_be_taken_back_as_old_clients_do()
    {
        RendezvousDriver old = _lenient.OpenStream(_old);
        await old.SendAsync(ProtobufBytes.Frame(ClientBytes.OldRegister));
        await old.ReceiveAsync<RegisterResponse>();
        await old.SendAsync(ProtobufBytes.Frame(ClientBytes.OldUnregister));
        await old.SendAsync(ProtobufBytes.Frame(ClientBytes.PythonDiscover));
        Assert.Empty((await old.ReceiveAsync<DiscoverResponse>()).Registrations);
    }

    [Fact]
    public async Task Allowed_registration_never_replaces_a_signed_one_but_is_replaced_by_it()
    {
        RendezvousDriver stream = _lenient.OpenStream(_old);
        await stream.SendAsync(ProtobufBytes.Frame(ClientBytes.OldRegister));
        Assert.Equal(RendezvousStatus.Ok, (await stream.ReceiveAsync<RegisterResponse>()).Status);
        await stream.SendAsync(ProtobufBytes.Frame(ClientBytes.NimRegister));
        Assert.Equal(RendezvousStatus.Ok, (await stream.ReceiveAsync<RegisterResponse>()).Status);

        await stream.SendAsync(ProtobufBytes.Frame(ClientBytes.OldRegister));
        RegisterResponse refused = await stream.ReceiveAsync<RegisterResponse>();

        Assert.Equal(RendezvousStatus.InvalidSignedPeerRecord, refused.Status);
        Assert.Contains("send a signed record", refused.StatusText);
        DiscoverResponse seenByOthers = await _lenient.OpenStream().AskAsync<DiscoverResponse>(RawRequests.Discover(Ns));
        Assert.Equal(ClientBytes.StandardRecord, Assert.Single(seenByOthers.Registrations).SignedPeerRecord.ToArray());
    }

    [Fact]
    public async Task Allowed_registration_of_somebody_else_is_refused()
    {
        RendezvousDriver stream = _lenient.OpenStream(_old);
        RegisterResponse refused = await stream.AskAsync<RegisterResponse>(RawRequests.Register(Ns, new TestPeer().OldPeerInfo()));
        Assert.Equal(RendezvousStatus.NotAuthorized, refused.Status);
    }

    private async Task<DiscoverResponse> DiscoverAsRustAsync(byte[]? ns)
    {
        using var connection = new FakePeerConnection(new TestPeer().KeyPair.PublicKey);
        Task<DiscoverResponse> page = _lenient.OpenStream(connection).AskAsync<DiscoverResponse>(RawRequests.Discover(ns));
        await connection.AnswerIdentifyAsync("rust-libp2p/0.45.0");
        return await page;
    }

    private static async Task RegisterAsync(FrontEndFixture frontEnd, TestPeer peer, byte[] record)
    {
        using FakePeerConnection connection = FrontEndFixture.Silent(peer);
        RegisterResponse response =
            await frontEnd.OpenStream(connection).AskAsync<RegisterResponse>(RawRequests.Register(Ns, record, 7_200));
        Assert.Equal(RendezvousStatus.Ok, response.Status);
    }

    private static string NameOf(Registration shown) => System.Text.Encoding.UTF8.GetString(shown.Namespace.Span);

    private static byte[] WithGoldenCookie(byte[] page)
    {
        byte[] changed = [.. page];
        ClientBytes.Cookie.CopyTo(changed, page.Length - ClientBytes.Cookie.Length - 2); // behind it: the status, two bytes
        return changed;
    }
}
