using System.Diagnostics.Metrics;

namespace RendezvousCluster.Libp2p.Limits;

/// <summary>The host's instruments, all on one meter. Tags take a fixed set of values: never text that a peer chose.</summary>
internal static class Libp2pMetrics
{
    public const string MeterName = "RendezvousCluster.Libp2p";

    public const string RefusalsName = "libp2p.refusals";

    private static readonly Meter Meter = new(MeterName);

    private static readonly Counter<long> Refusals =
        Meter.CreateCounter<long>(RefusalsName, unit: "{refusal}", description: "What a limit refused, by the limit's name.");

    private static readonly Counter<long> OrphanFrames =
        Meter.CreateCounter<long>("libp2p.orphan_frames", unit: "{frame}", description: "Data frames for streams that are not open, dropped.");

    /// <summary>Counts one refusal.</summary>
    /// <param name="limit">The limit that bit, in snake case, such as <c>inbound_streams</c>.</param>
    public static void CountRefusal(string limit) => Refusals.Add(1, new KeyValuePair<string, object?>("limit", limit));

    /// <summary>Counts a data frame whose stream is gone or never was. A few are normal: they crossed a reset.</summary>
    public static void CountOrphanFrame() => OrphanFrames.Add(1);
}
