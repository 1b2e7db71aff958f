using RendezvousCluster.Core.Cookies;
using RendezvousCluster.Core.Directories;
using RendezvousCluster.Protocol;

namespace RendezvousCluster.Testing.Rendezvous;

/// <summary>What the server is to do with a bad input.</summary>
public enum BadInputOutcome
{
    /// <summary>Answer a REGISTER with the case's status.</summary>
    RegisterResponse,

    /// <summary>Answer a DISCOVER with the case's status.</summary>
    DiscoverResponse,

    /// <summary>Send nothing and go on.</summary>
    Silence,

    /// <summary>Reset the stream.</summary>
    Reset,
}

/// <summary>One row of the table.</summary>
/// <param name="Name">What is wrong.</param>
/// <param name="Bytes">What a peer sends, frame prefix included; made for the connection's peer.</param>
/// <param name="Outcome">What is to come back.</param>
/// <param name="Status">With which status, when it is a response.</param>
/// <param name="EndsInput">Whether the peer half-closes behind it: only then can the server know that the frame is cut off.</param>
public sealed record BadInputCase(
    string Name,
    Func<TestPeer, byte[]> Bytes,
    BadInputOutcome Outcome,
    RendezvousStatus Status = RendezvousStatus.Ok,
    bool EndsInput = false)
{
    public override string ToString() => Name;
}

/// <summary>
/// What this server answers to bad input: one row for each on which implementations disagree or fall over, with our ruling. For a server
/// with default limits. The same bytes serve the handler's tests in memory and those over real connections.
/// </summary>
public static class BadInputTable
{
    private static readonly byte[] Ns = "chat"u8.ToArray();
    private static readonly byte[] Ns255 = [.. Enumerable.Repeat((byte)'n', 255)];
    private static readonly byte[] Ns256 = [.. Enumerable.Repeat((byte)'n', 256)];
    private static readonly byte[] NotUtf8 = [0x63, 0xFF, 0xFE];
    private static readonly byte[] SurrogateUtf8 = [0xED, 0xA0, 0x80];

    public static IReadOnlyList<BadInputCase> Cases { get; } =
    [
        .. Undecodable(), .. NotRequests(), .. Namespaces(), .. Records(), .. Ttls(), .. Discovers(), .. Unregisters(),
    ];

    /// <summary>The names, for a theory.</summary>
    public static IEnumerable<object[]> Names => Cases.Select(row => new object[] { row.Name });

    public static BadInputCase Find(string name) => Cases.Single(row => row.Name == name);

    private static IEnumerable<BadInputCase> Undecodable() =>
    [
        Reset("a frame that is not protobuf", _ => ProtobufBytes.Frame([0xFF, 0xFF, 0xFF])),
        Reset("a body cut off inside a whole frame", _ => new ProtobufBytes().Varint(1, 0).Raw(0x12, 0x20, 0x0A).Framed()),
        Reset("a field with number 0", _ => ProtobufBytes.Frame([0x02, 0x00])),
        Reset("a group", _ => new ProtobufBytes().Varint(1, 3).Raw(0x2B, 0x2C).Framed()),
        Reset("a frame of 64 KiB and a byte, by its prefix alone", _ => [0x81, 0x80, 0x04]),
        Reset("a frame that declares 2^31 bytes", _ => [0x80, 0x80, 0x80, 0x80, 0x08]),
        Reset("a frame that declares 2^63 - 1 bytes", _ => [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F]),
        Reset("a prefix that is not a varint", _ => [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF]),
        Reset("a prefix that is not minimal", _ => [0x82, 0x00, 0x08, 0x00]),
        Reset("a frame cut off by the end", peer => RawRequests.Register(Ns, peer.Record()).Framed()[..^1]) with { EndsInput = true },
        Reset("a prefix cut off by the end", _ => [0x80]) with { EndsInput = true },
    ];

    private static IEnumerable<BadInputCase> NotRequests() =>
    [
        Reset("an empty message", _ => [0x00]),
        Reset("no type and no register", _ => RawRequests.Message(type: null, bodyField: 5, new ProtobufBytes().Text(1, "chat")).Framed()),
        Reset("a REGISTER_RESPONSE sent to the server",
            _ => RawRequests.Message(1, bodyField: 3, new ProtobufBytes().Varint(1, 0)).Framed()),
        Reset("a DISCOVER_RESPONSE sent to the server",
            _ => RawRequests.Message(4, bodyField: 6, new ProtobufBytes().Varint(3, 0)).Framed()),
        Reset("an unknown type", _ => RawRequests.Message(5, bodyField: 5, new ProtobufBytes()).Framed()),
        Reset("Berty's DISCOVER_SUBSCRIBE",
            _ => RawRequests.Message(100, bodyField: 100, new ProtobufBytes().Text(1, "inmem").Text(2, "chat")).Framed()),
        Reset("a type of 64 bits", _ => RawRequests.Message(ulong.MaxValue, bodyField: 2, new ProtobufBytes()).Framed()),
        Reset("an UNREGISTER without its body", _ => new ProtobufBytes().Varint(1, 2).Framed()),
    ];

    private static IEnumerable<BadInputCase> Namespaces() =>
    [
        Register("REGISTER without a body", _ => new ProtobufBytes().Varint(1, 0), RendezvousStatus.InvalidNamespace),
        Register("REGISTER without a namespace", peer => RawRequests.Register(null, peer.Record()), RendezvousStatus.InvalidNamespace),
        Register("REGISTER with an empty namespace", peer => RawRequests.Register([], peer.Record()), RendezvousStatus.InvalidNamespace),
        Register("REGISTER with a namespace of 255 bytes", peer => RawRequests.Register(Ns255, peer.Record()), RendezvousStatus.Ok),
        Register("REGISTER with a namespace of 256 bytes",
            peer => RawRequests.Register(Ns256, peer.Record()), RendezvousStatus.InvalidNamespace),
        Register("REGISTER with a namespace that is not UTF-8",
            peer => RawRequests.Register(NotUtf8, peer.Record()), RendezvousStatus.InvalidNamespace),
        Register("REGISTER with a surrogate in its namespace",
            peer => RawRequests.Register(SurrogateUtf8, peer.Record()), RendezvousStatus.InvalidNamespace),
        Register("REGISTER without a type", peer => RawRequests.Register(Ns, peer.Record(), type: null), RendezvousStatus.Ok),
    ];

    private static IEnumerable<BadInputCase> Records() =>
    [
        Register("REGISTER without a record", _ => RawRequests.Register(Ns, null), RendezvousStatus.InvalidSignedPeerRecord),
        Register("REGISTER with an empty record", _ => RawRequests.Register(Ns, []), RendezvousStatus.InvalidSignedPeerRecord),
        Register("REGISTER with a record that is not an envelope",
            _ => RawRequests.Register(Ns, [0xFF, 0x01]), RendezvousStatus.InvalidSignedPeerRecord),
        Register("REGISTER with an old PeerInfo",
            peer => RawRequests.Register(Ns, peer.OldPeerInfo()), RendezvousStatus.InvalidSignedPeerRecord),
        Register("REGISTER with a broken signature",
            peer => RawRequests.Register(Ns, WithLastByteChanged(peer.Record())), RendezvousStatus.InvalidSignedPeerRecord),
        Register("REGISTER with an envelope of 4 KiB and a byte",
            _ => RawRequests.Register(Ns, new byte[4097]), RendezvousStatus.InvalidSignedPeerRecord),
        Register("REGISTER with another peer's record",
            _ => RawRequests.Register(Ns, new TestPeer().Record()), RendezvousStatus.NotAuthorized),
        Register("REGISTER without addresses",
            peer => RawRequests.Register(Ns, peer.RecordWithoutAddresses()), RendezvousStatus.InvalidSignedPeerRecord),
        Register("REGISTER with rust's record flavour",
            peer => RawRequests.Register(Ns, peer.Record(1, Libp2p.Records.RecordFlavour.RoutingState)), RendezvousStatus.Ok),
    ];

    private static IEnumerable<BadInputCase> Ttls() =>
    [
        Register("REGISTER with TTL 0", peer => RawRequests.Register(Ns, peer.Record(), 0), RendezvousStatus.Ok),
        Register("REGISTER with TTL 1", peer => RawRequests.Register(Ns, peer.Record(), 1), RendezvousStatus.InvalidTtl),
        Register("REGISTER with a second less than the minimum",
            peer => RawRequests.Register(Ns, peer.Record(), 7_199), RendezvousStatus.InvalidTtl),
        Register("REGISTER with the minimum TTL", peer => RawRequests.Register(Ns, peer.Record(), 7_200), RendezvousStatus.Ok),
        Register("REGISTER with the maximum TTL", peer => RawRequests.Register(Ns, peer.Record(), 259_200), RendezvousStatus.Ok),
        Register("REGISTER with a second more than the maximum",
            peer => RawRequests.Register(Ns, peer.Record(), 259_201), RendezvousStatus.InvalidTtl),
        Register("REGISTER with TTL 2^32 + 7200",
            peer => RawRequests.Register(Ns, peer.Record(), 4_294_974_496), RendezvousStatus.InvalidTtl),
        Register("REGISTER with TTL 2^64 - 1",
            peer => RawRequests.Register(Ns, peer.Record(), ulong.MaxValue), RendezvousStatus.InvalidTtl),
    ];

    private static IEnumerable<BadInputCase> Discovers() =>
    [
        Discover("DISCOVER with a namespace of 256 bytes", RawRequests.Discover(Ns256), RendezvousStatus.InvalidNamespace),
        Discover("DISCOVER with a namespace that is not UTF-8", RawRequests.Discover(NotUtf8), RendezvousStatus.InvalidNamespace),
        Discover("DISCOVER of an unknown namespace", RawRequests.Discover("nobody-is-here"u8.ToArray()), RendezvousStatus.Ok),
        Discover("DISCOVER with limit 0", RawRequests.Discover(Ns, 0), RendezvousStatus.Ok),
        Discover("DISCOVER with limit 2^64 - 1", RawRequests.Discover(Ns, ulong.MaxValue), RendezvousStatus.Ok),
        Discover("DISCOVER with an empty cookie", RawRequests.Discover(Ns, cookie: []), RendezvousStatus.Ok),
        Discover("DISCOVER with a cookie of 7 bytes", RawRequests.Discover(Ns, cookie: new byte[7]), RendezvousStatus.InvalidCookie),
        Discover("DISCOVER with a rust cookie",
            RawRequests.Discover(Ns, cookie: [1, 2, 3, 4, 5, 6, 7, 8, .. Ns]), RendezvousStatus.InvalidCookie),
        Discover("DISCOVER with Berty's cookie of 40 bytes",
            RawRequests.Discover(Ns, cookie: new byte[40]), RendezvousStatus.InvalidCookie),
        Discover("DISCOVER with a cookie of another namespace",
            RawRequests.Discover(Ns, cookie: Cookie("other")), RendezvousStatus.InvalidCookie),
        Discover("DISCOVER with a cookie of all namespaces",
            RawRequests.Discover(Ns, cookie: WalkCookie.Create(WalkPosition.Start)), RendezvousStatus.InvalidCookie),
        Discover("DISCOVER with a cookie from the future",
            RawRequests.Discover(Ns, cookie: Cookie("chat", ulong.MaxValue)), RendezvousStatus.InvalidCookie),
        Discover("DISCOVER of all namespaces with a namespace's cookie",
            RawRequests.Discover(null, cookie: Cookie("chat")), RendezvousStatus.InvalidCookie),
        Discover("DISCOVER with unknown fields", RawRequests.Discover(Ns).Varint(99, 1).Fixed32(98, 7).Text(97, "?"), RendezvousStatus.Ok),
    ];

    private static IEnumerable<BadInputCase> Unregisters() =>
    [
        Silence("UNREGISTER of an unknown namespace", _ => RawRequests.Unregister("nobody-is-here"u8.ToArray())),
        Silence("UNREGISTER with a namespace of 256 bytes", _ => RawRequests.Unregister(Ns256)),
        Silence("UNREGISTER with a namespace that is not UTF-8", _ => RawRequests.Unregister(NotUtf8)),
        Silence("UNREGISTER without a namespace", _ => RawRequests.Unregister(null)),
        Silence("UNREGISTER with another peer's id", _ => RawRequests.Unregister(Ns, new TestPeer().Id.Bytes.ToArray())),
    ];

    private static BadInputCase Reset(string name, Func<TestPeer, byte[]> bytes) => new(name, bytes, BadInputOutcome.Reset);

    private static BadInputCase Register(string name, Func<TestPeer, ProtobufBytes> request, RendezvousStatus status) =>
        new(name, peer => request(peer).Framed(), BadInputOutcome.RegisterResponse, status);

    private static BadInputCase Discover(string name, ProtobufBytes request, RendezvousStatus status) =>
        new(name, _ => request.Framed(), BadInputOutcome.DiscoverResponse, status);

    private static BadInputCase Silence(string name, Func<TestPeer, ProtobufBytes> request) =>
        new(name, peer => request(peer).Framed(), BadInputOutcome.Silence);

    private static byte[] Cookie(string ns, ulong revision = 0) => DiscoverCookie.Create(RendezvousNamespace.Parse(ns), revision);

    // The last byte of an envelope is the last of its signature.
    private static byte[] WithLastByteChanged(byte[] envelope)
    {
        envelope[^1] ^= 1;
        return envelope;
    }
}
