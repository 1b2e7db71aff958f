using RendezvousCluster.Libp2p.Identity;

namespace RendezvousCluster.Testing.Rendezvous;

/// <summary>
/// What each kind of client writes and reads, byte for byte, without the frame's length.
///
/// Where they come from: each message was encoded by <c>protoc --encode</c> (libprotoc 35.1), from the schema that the implementation
/// publishes (proto3 for Berty, py-libp2p and, by its generator's habits, canvas; proto2 with presence for rust and nim), setting the
/// fields that its source sets. They were not recorded from running programs. The records inside were made by js @libp2p/peer-record
/// 9.0.16 (rust's has its envelope re-signed under rust's domain and payload type).
///
/// In all of them the peer is <see cref="Peer"/>, at /ip4/127.0.0.1/tcp/4001 and /dns4/example.com/tcp/443/tls/ws, and the namespace is
/// <c>chat</c>.
/// </summary>
public static class ClientBytes
{
    private const string Id = "002408011220" + Key;
    private const string Key = "03a107bff3ce10be1d70dd18e74bc09967e4d6309ba50d5f1ddc8664125531b8";
    private const string Addresses = "1208047f000001060fa11214360b6578616d706c652e636f6d0601bbc003dd03";
    private const string PublicKeyPart = "0a2408011220" + Key;
    private const string RecordPart =
        "1a520a26" + Id + "1080e2cfaa061a0a0a08047f000001060fa11a160a14360b6578616d706c652e636f6d0601bbc003dd03";

    /// <summary>The peer in the bytes: its seed is 00 01 … 1f.</summary>
    public static TestPeer Peer { get; } = new(KeyPair.FromEd25519Seed([.. Enumerable.Range(0, 32).Select(index => (byte)index)]));

    /// <summary>The unsigned form of Berty and py-libp2p: <c>PeerInfo { id, addrs }</c>.</summary>
    public static byte[] PeerInfo => Hex("0a26" + Id + Addresses);

    /// <summary>The signed form of Go, JavaScript and nim; sequence 1700000000.</summary>
    public static byte[] StandardRecord => Hex(PublicKeyPart + "12020301" + RecordPart
        + "2a400bf1e9f6876fa475ce11e1d827ec154d03fcd63b8afc34b76f97a949a3b6eb07"
        + "3d31a77bb7e85af5e9c66bdb5ab039a756cd4bba3a957404e2106e101f190204");

    /// <summary>The signed form of rust; the same record.</summary>
    public static byte[] RoutingStateRecord =>
        Hex(PublicKeyPart + "121c2f6c69627032702f726f7574696e672d73746174652d7265636f7264" + RecordPart
            + "2a401f2b3c68f00fe21982da01c4f557d5164ef622bec382a1265f452462c679bf56"
            + "2fa81d5b635ccf66720ed59eb11b80bbf375abebd5662cefcac15b219ec9690a");

    /// <summary>Berty and py-libp2p, ttl 7200. proto3 leaves out the type, which is 0.</summary>
    public static byte[] OldRegister => Hex("12530a046368617412480a26" + Id + Addresses + "18a038");

    /// <summary>Berty, no ttl.</summary>
    public static byte[] OldRegisterWithoutTtl => Hex("12500a046368617412480a26" + Id + Addresses);

    /// <summary>py-libp2p, limit 100, its default; the empty cookie is left out.</summary>
    public static byte[] PythonDiscover => Hex("08032a080a04636861741064");

    /// <summary>Berty's DiscoverAsync, its second page: limit 200 and <see cref="Cookie"/>.</summary>
    public static byte[] BertyDiscover => Hex("08032a1e0a046368617410c8011a1301020304050607086162636465666768696a6b");

    /// <summary>Berty and py-libp2p: with the peer's own id.</summary>
    public static byte[] OldUnregister => Hex("0802222e0a04636861741226" + Id);

    /// <summary>
    /// A page as clients of the first schema read it: ttl 7199, <see cref="Cookie"/>. Their own servers leave out the status, which is OK
    /// and so 0; a proto3 reader takes it when it is there.
    /// </summary>
    public static byte[] OldDiscoverResponse =>
        Hex("0804326c0a530a046368617412480a26" + Id + Addresses + "189f38121301020304050607086162636465666768696a6b1800");

    /// <summary>The same page as servers of the first schema write it.</summary>
    public static byte[] OldDiscoverResponseOfItsServers =>
        Hex("0804326a0a530a046368617412480a26" + Id + Addresses + "189f38121301020304050607086162636465666768696a6b");

    /// <summary>rust, ttl 7200. Its type is written though it is 0.</summary>
    public static byte[] RustRegister => Hex("080012e6010a046368617412da01" + Convert.ToHexString(RoutingStateRecord) + "18a038");

    /// <summary>rust, ttl not given.</summary>
    public static byte[] RustRegisterWithoutTtl => Hex("080012e3010a046368617412da01" + Convert.ToHexString(RoutingStateRecord));

    /// <summary>rust; canvas's are the same bytes. Neither gives a limit or a cookie in its first.</summary>
    public static byte[] RustDiscover => Hex("08032a060a0463686174");

    /// <summary>rust, all namespaces.</summary>
    public static byte[] RustDiscoverAll => Hex("08032a00");

    /// <summary>rust; canvas's are the same bytes.</summary>
    public static byte[] RustUnregister => Hex("080222060a0463686174");

    /// <summary>A page as rust requires it: every field there, ttl 7199, <see cref="Cookie"/>.</summary>
    public static byte[] RustDiscoverResponse => Hex(
        "08043280020ae6010a046368617412da01" + Convert.ToHexString(RoutingStateRecord)
            + "189f38121301020304050607086162636465666768696a6b1800");

    /// <summary>nim, ttl 7200: its type is required.</summary>
    public static byte[] NimRegister => Hex("080012cc010a046368617412c001" + Convert.ToHexString(StandardRecord) + "18a038");

    /// <summary>nim, limit 1000.</summary>
    public static byte[] NimDiscover => Hex("08032a090a046368617410e807");

    /// <summary>canvas: no type, as it is 0, and no ttl, as it was not given.</summary>
    public static byte[] CanvasRegister => Hex("12c9010a046368617412c001" + Convert.ToHexString(StandardRecord));

    /// <summary>A page as nim requires it (type and status there) and canvas and Waku's Go read it.</summary>
    public static byte[] StandardDiscoverResponse => Hex(
        "080432e6010acc010a046368617412c001" + Convert.ToHexString(StandardRecord)
            + "189f38121301020304050607086162636465666768696a6b1800");

    /// <summary>The answer to a REGISTER as rust and nim require it: status there though it is 0. ttl 7200.</summary>
    public static byte[] RegisterResponse => Hex("08011a05080018a038");

    /// <summary>The cookie in the pages: of the length of ours, and with nothing in it.</summary>
    public static byte[] Cookie => [1, 2, 3, 4, 5, 6, 7, 8, .. "abcdefghijk"u8];

    private static byte[] Hex(string hex) => Convert.FromHexString(hex);
}
