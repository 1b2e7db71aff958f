using System.Buffers;
using RendezvousCluster.Protocol.Codec;
using RendezvousCluster.Protocol.Flavours;
using RendezvousCluster.Protocol.Messages;
using RendezvousCluster.Testing.Rendezvous;

namespace RendezvousCluster.Protocol.Tests.Flavours;

/// <summary>
/// The bytes of each kind of client (<see cref="ClientBytes"/> says where they come from): read from it, and written for it.
/// </summary>
public sealed class ClientGoldenTests
{
    private static readonly byte[] Ns = "chat"u8.ToArray();

    public static TheoryData<string, byte[], RegistrationFlavour, ulong> Registers => new()
    {
        { "Berty, py-libp2p", ClientBytes.OldRegister, RegistrationFlavour.PeerInfo, 7_200 },
        { "Berty without ttl", ClientBytes.OldRegisterWithoutTtl, RegistrationFlavour.PeerInfo, 0 },
        { "rust", ClientBytes.RustRegister, RegistrationFlavour.RoutingState, 7_200 },
        { "rust without ttl", ClientBytes.RustRegisterWithoutTtl, RegistrationFlavour.RoutingState, 0 },
        { "nim", ClientBytes.NimRegister, RegistrationFlavour.Standard, 7_200 },
        { "canvas", ClientBytes.CanvasRegister, RegistrationFlavour.Standard, 0 },
    };

    public static TheoryData<string, byte[], ulong, byte[]> Discovers => new()
    {
        { "py-libp2p", ClientBytes.PythonDiscover, 100, [] },
        { "Berty", ClientBytes.BertyDiscover, 200, ClientBytes.Cookie },
        { "rust, canvas", ClientBytes.RustDiscover, 0, [] },
        { "nim", ClientBytes.NimDiscover, 1_000, [] },
    };

    public static TheoryData<string, byte[], byte[]> Unregisters => new()
    {
        { "Berty, py-libp2p", ClientBytes.OldUnregister, ClientBytes.Peer.Id.Bytes.ToArray() },
        { "rust, canvas", ClientBytes.RustUnregister, [] },
    };

    public static TheoryData<RegistrationFlavour, RegistrationFlavour, byte[]> Pages => new()
    {
        { RegistrationFlavour.Standard, RegistrationFlavour.Standard, ClientBytes.StandardDiscoverResponse },
        { RegistrationFlavour.RoutingState, RegistrationFlavour.RoutingState, ClientBytes.RustDiscoverResponse },
        { RegistrationFlavour.Standard, RegistrationFlavour.PeerInfo, ClientBytes.OldDiscoverResponse },
        { RegistrationFlavour.RoutingState, RegistrationFlavour.PeerInfo, ClientBytes.OldDiscoverResponse },
        { RegistrationFlavour.PeerInfo, RegistrationFlavour.PeerInfo, ClientBytes.OldDiscoverResponse },
    };

    [Theory]
    [MemberData(nameof(Registers))]
    public void Register_is_read(string client, byte[] bytes, RegistrationFlavour flavour, ulong ttlSeconds)
    {
        RegisterRequest request = Decode<RegisterRequest>(bytes);
        Assert.True(request.Namespace.Span.SequenceEqual(Ns), client);
        Assert.Equal(ttlSeconds, request.TtlSeconds);
        Assert.Equal(Stored(flavour), request.SignedPeerRecord.ToArray());
    }

    [Theory]
    [MemberData(nameof(Discovers))]
    public void Discover_is_read(string client, byte[] bytes, ulong limit, byte[] cookie)
    {
        DiscoverRequest request = Decode<DiscoverRequest>(bytes);
        Assert.True(request.Namespace.Span.SequenceEqual(Ns), client);
        Assert.Equal(limit, request.Limit);
        Assert.Equal(cookie, request.Cookie.ToArray());
    }

    [Fact]
    public void Discover_of_all_namespaces_is_read() => Assert.True(Decode<DiscoverRequest>(ClientBytes.RustDiscoverAll).Namespace.IsEmpty);

    [Theory]
    [MemberData(nameof(Unregisters))]
    public void Unregister_is_read(string client, byte[] bytes, byte[] id)
    {
        UnregisterRequest request = Decode<UnregisterRequest>(bytes);
        Assert.True(request.Namespace.Span.SequenceEqual(Ns), client);
        Assert.Equal(id, request.PeerId.ToArray());
    }

    [Theory]
    [MemberData(nameof(Pages))]
    public void Page_is_written_as_its_reader_wants_it(RegistrationFlavour stored, RegistrationFlavour reader, byte[] golden)
    {
        Assert.True(FlavourRules.TryShow(Stored(stored), stored, reader, out ReadOnlyMemory<byte> shown));
        var page = new DiscoverResponse(RendezvousStatus.Ok, "", [new Registration(Ns, shown, 7_199)], ClientBytes.Cookie);
        AssertBytes(golden, page);
    }

    [Fact]
    public void Answer_to_a_register_has_all_that_rust_and_nim_require() =>
        AssertBytes(ClientBytes.RegisterResponse, new RegisterResponse(RendezvousStatus.Ok, "", 7_200));

    // For a client of ours that asks an old server.
    [Fact]
    public void Page_of_an_old_server_is_read_without_its_status()
    {
        DiscoverResponse page = Decode<DiscoverResponse>(ClientBytes.OldDiscoverResponseOfItsServers);
        Assert.Equal(RendezvousStatus.Ok, page.Status);
        Assert.Equal(ClientBytes.PeerInfo, Assert.Single(page.Registrations).SignedPeerRecord.ToArray());
        Assert.Equal(ClientBytes.Cookie, page.Cookie.ToArray());
    }

    private static byte[] Stored(RegistrationFlavour flavour) => flavour switch
    {
        RegistrationFlavour.Standard => ClientBytes.StandardRecord,
        RegistrationFlavour.RoutingState => ClientBytes.RoutingStateRecord,
        _ => ClientBytes.PeerInfo,
    };

    private static T Decode<T>(byte[] bytes)
        where T : RendezvousMessage
    {
        Assert.True(RendezvousMessageCodec.TryDecode(bytes, out RendezvousMessage? message));
        return Assert.IsType<T>(message);
    }

    private static void AssertBytes(byte[] golden, RendezvousMessage message)
    {
        var output = new ArrayBufferWriter<byte>();
        RendezvousMessageCodec.Write(output, message);
        Assert.Equal(Convert.ToHexString(golden), Convert.ToHexString(output.WrittenSpan));
    }
}
