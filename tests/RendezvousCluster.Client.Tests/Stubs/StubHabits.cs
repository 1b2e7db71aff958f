using System.Buffers.Binary;
using System.Text;
using RendezvousCluster.Protocol;
using RendezvousCluster.Protocol.Flavours;
using RendezvousCluster.Testing.Rendezvous;

namespace RendezvousCluster.Client.Tests.Stubs;

/// <summary>How a stub ends its side of a stream.</summary>
public enum StubEnding
{
    /// <summary>It half-closes, and waits for the client to do so too.</summary>
    Close,

    /// <summary>It half-closes and drops the stream at once, which resets it.</summary>
    CloseAndDrop,

    /// <summary>It resets the stream, right behind its last bytes.</summary>
    Reset,

    /// <summary>It leaves the stream as it is.</summary>
    LeaveOpen,
}

/// <summary>How the bytes of an answer leave a stub.</summary>
public enum StubDelivery
{
    /// <summary>In one piece.</summary>
    Whole,

    /// <summary>One flush for each byte.</summary>
    ByteWise,

    /// <summary>In one piece with the end of the stream: nothing is flushed before the half-close.</summary>
    WithTheEnd,

    /// <summary>Not before a moment has passed.</summary>
    Delayed,
}

/// <summary>
/// What makes one rendezvous server different from the others on the wire: the habits that their sources show, and a few that none has yet.
/// The names are those of the servers.
/// </summary>
public sealed record StubHabits(string Name)
{
    /// <summary>What it calls itself in identify.</summary>
    public string Agent { get; init; } = "stub/1.0";

    public string ProtocolId { get; init; } = ProtocolIds.Rendezvous;

    /// <summary>How many requests it reads on one stream; the default reads to the client's half-close.</summary>
    public int RequestsPerStream { get; init; } = int.MaxValue;

    /// <summary>How a stream ends on which it answered.</summary>
    public StubEnding AnsweredEnding { get; init; }

    /// <summary>How a stream ends whose last request was an UNREGISTER.</summary>
    public StubEnding UnregisterEnding { get; init; }

    /// <summary>Whether it carries an UNREGISTER out; else it only ends the stream, as a point in trouble does.</summary>
    public bool CarriesOutUnregister { get; init; } = true;

    public StubDelivery Delivery { get; init; }

    /// <summary>Whether fields stand in an answer that are zero or empty. Writers of proto3 leave them out, a status of OK too.</summary>
    public bool WritesZeros { get; init; } = true;

    /// <summary>Whether results name the namespace that was asked for.</summary>
    public bool FillsNamespace { get; init; } = true;

    /// <summary>Whether a REGISTER without a time to live is refused.</summary>
    public bool DemandsTtl { get; init; }

    /// <summary>Whether an OK to a REGISTER tells the time granted.</summary>
    public bool TellsTtl { get; init; } = true;

    /// <summary>Whether it unregisters nobody who does not name themselves.</summary>
    public bool DemandsIdToUnregister { get; init; }

    /// <summary>Whether E_INVALID_NAMESPACE is its answer for a namespace in which nobody is.</summary>
    public bool CallsEmptyInvalid { get; init; }

    /// <summary>What it stores of a record: those of the first schema know only unsigned ones.</summary>
    public RegistrationFlavour Flavour { get; init; } = RegistrationFlavour.Standard;

    /// <summary>The most registrations in one page.</summary>
    public int PageMost { get; init; } = 1_000;

    /// <summary>The cookie for a position; whether the page is the last.</summary>
    public Func<int, bool, string, byte[]> Cookie { get; init; } = static (position, _, _) => BigEndian(position);

    /// <summary>Every server whose habits are known, and what none of them does yet.</summary>
    public static IReadOnlyList<StubHabits> All { get; } =
    [
        new("good"),
        new("waku-go")
        {
            Agent = "go-libp2p/0.36", AnsweredEnding = StubEnding.Reset, UnregisterEnding = StubEnding.Reset, WritesZeros = false,
            FillsNamespace = false, Cookie = static (position, _, _) => [.. BigEndian(position), .. new byte[32]],
        },
        new("berty-go")
        {
            Agent = "berty.tech/wesh", AnsweredEnding = StubEnding.Reset, UnregisterEnding = StubEnding.Reset, WritesZeros = false,
            FillsNamespace = false, Flavour = RegistrationFlavour.PeerInfo,
            Cookie = static (position, _, _) => [.. BigEndian(position), .. new byte[32]],
        },
        new("go, byte by byte")
        {
            AnsweredEnding = StubEnding.Reset, UnregisterEnding = StubEnding.Reset, Delivery = StubDelivery.ByteWise,
        },
        new("rust")
        {
            Agent = "rust-libp2p/0.55", RequestsPerStream = 1, AnsweredEnding = StubEnding.Close, UnregisterEnding = StubEnding.Reset,
            Flavour = RegistrationFlavour.RoutingState,
            Cookie = static (position, _, ns) => [.. BigEndian(position), .. Encoding.UTF8.GetBytes(ns)],
        },
        new("rust under another name") { Agent = "swap/3.0", RequestsPerStream = 1, UnregisterEnding = StubEnding.Reset },
        new("nim")
        {
            Agent = "nim-libp2p/1.9", RequestsPerStream = 1, CallsEmptyInvalid = true,
            Cookie = static (position, _, ns) => new ProtobufBytes().Varint(1, (ulong)position).Text(2, ns).ToArray(),
        },
        new("python")
        {
            Agent = "py-libp2p/0.2", WritesZeros = false, DemandsTtl = true, DemandsIdToUnregister = true,
            Flavour = RegistrationFlavour.PeerInfo,
            Cookie = static (position, isLast, _) => isLast ? [] : BigEndian(position)[4..],
        },
        new("canvas") { ProtocolId = ProtocolIds.Canvas, WritesZeros = false, PageMost = 64 },
        new("one request, then closed") { RequestsPerStream = 1 },
        new("one request, then dropped")
        {
            RequestsPerStream = 1, AnsweredEnding = StubEnding.CloseAndDrop, UnregisterEnding = StubEnding.CloseAndDrop,
        },
        new("one request, then reset") { RequestsPerStream = 1, AnsweredEnding = StubEnding.Reset, UnregisterEnding = StubEnding.Reset },
        new("closed in one piece with the answer") { RequestsPerStream = 1, Delivery = StubDelivery.WithTheEnd },
        new("byte by byte") { Delivery = StubDelivery.ByteWise },
        new("late") { Delivery = StubDelivery.Delayed },
        new("no cookies, no times") { WritesZeros = false, TellsTtl = false, Cookie = static (_, _, _) => [] },
        new("an odd cookie for ever") { Cookie = static (_, _, _) => [0xFF] },
        new("never closes")
        {
            AnsweredEnding = StubEnding.LeaveOpen, UnregisterEnding = StubEnding.LeaveOpen,
        },
    ];

    /// <summary>The one of that name.</summary>
    public static StubHabits Of(string name) => All.Single(habits => habits.Name == name);

    public override string ToString() => Name;

    private static byte[] BigEndian(long position)
    {
        byte[] bytes = new byte[8];
        BinaryPrimitives.WriteInt64BigEndian(bytes, position);
        return bytes;
    }
}
