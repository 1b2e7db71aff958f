using System.Diagnostics.Metrics;
using System.Runtime.CompilerServices;
using RendezvousCluster.Libp2p.Metrics;

namespace RendezvousCluster.Libp2p.Limits;

/// <summary>The host's instruments, all on one meter. Tags take a fixed set of values: never text that a peer chose.</summary>
internal static class Libp2pMetrics
{
    public const string MeterName = "RendezvousCluster.Libp2p";

    public const string RefusalsName = "libp2p.refusals";

    public const string ConnectionsName = "libp2p.connections";

    public const string StreamsName = "libp2p.streams";

    public const string CutsName = "libp2p.connections.cut";

    private static readonly Meter Meter = new(MeterName);

    private static readonly SeriesCounter Refusals = new(
        Meter,
        RefusalsName,
        "{refusal}",
        "What a limit refused, by the limit's name.",
        new SeriesLabel(
            "limit",
            "connections",
            "connections_per_ip",
            "connections_per_subnet",
            "connections_per_peer",
            "pending_handshakes",
            "pending_handshakes_per_ip",
            "pending_handshakes_per_subnet",
            "first_byte_timeout",
            "access_list",
            "inbound_streams",
            "outbound_streams",
            "pending_streams",
            "stream_open_rate",
            "mplex_stream_buffer"));

    private static readonly SeriesCounter Cuts = new(
        Meter,
        CutsName,
        "{connection}",
        "Connections that were ended because of the bytes that they made this host hold, by the bound.",
        new SeriesLabel("reason", "unread_bytes", "held_bytes"));

    private static readonly SeriesCounter OrphanFrames =
        new(Meter, "libp2p.orphan_frames", "{frame}", "Data frames for streams that are not open, dropped.");

    private static readonly OpenCount Connections =
        new(Meter, ConnectionsName, "{connection}", "Connections that are open, by who dialled.");

    private static readonly OpenCount Streams =
        new(Meter, StreamsName, "{stream}", "Streams that are open over all connections, by who opened them.");

    static Libp2pMetrics() => Meter.CreateObservableUpDownCounter(
        "libp2p.held_bytes", static () => ByteBudget.HeldBytesOfAll, unit: "By", description: "What connections make this process hold.");

    /// <summary>Makes the instruments, so that their series are there before the first event.</summary>
    public static void Begin() => RuntimeHelpers.RunClassConstructor(typeof(Libp2pMetrics).TypeHandle);

    /// <summary>A connection is there, with its streams.</summary>
    public static void ConnectionOpened(bool isOutbound) => Connections.Add(isOutbound, 1);

    /// <summary>A connection is gone.</summary>
    public static void ConnectionEnded(bool isOutbound) => Connections.Add(isOutbound, -1);

    /// <summary>A stream is in a connection's table.</summary>
    public static void StreamOpened(bool isOutbound) => Streams.Add(isOutbound, 1);

    /// <summary>Streams are out of a connection's table.</summary>
    public static void StreamsEnded(bool isOutbound, int count = 1) => Streams.Add(isOutbound, -count);

    /// <summary>Counts one refusal.</summary>
    /// <param name="limit">The limit that bit, in snake case, such as <c>inbound_streams</c>; it is among those named above.</param>
    public static void CountRefusal(string limit) => Refusals.Add(1, limit);

    /// <summary>Counts a connection that was ended because of the bytes that it held.</summary>
    /// <param name="reason">The bound, in snake case; it is among those named above.</param>
    public static void CountCut(string reason) => Cuts.Add(1, reason);

    /// <summary>Counts a data frame whose stream is gone or never was. A few are normal: they crossed a reset.</summary>
    public static void CountOrphanFrame() => OrphanFrames.Add(1);
}
