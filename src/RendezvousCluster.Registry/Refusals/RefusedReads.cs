using System.Diagnostics.Metrics;
using Akka.Actor;
using Microsoft.Extensions.Logging;
using RendezvousCluster.Libp2p.Metrics;
using RendezvousCluster.Libp2p.Wire;

namespace RendezvousCluster.Registry.Refusals;

/// <summary>What this node has not read, of other nodes and of its database.</summary>
internal sealed partial class RefusedReads : RefusalCount<(RefusedRead Read, string Source)>
{
    internal const string MetricName = "rendezvous.cluster.refused_reads";

    public RefusedReads(IMeterFactory meters, TimeProvider time, ILogger<RefusedReads> logger)
        : this(meters.Create(RegistryMetrics.MeterName), time, logger)
    {
    }

    private RefusedReads(Meter meter, TimeProvider time, ILogger logger)
        : base(
            new SeriesCounter(
                meter,
                MetricName,
                "{message}",
                "What other nodes sent, or the database held, and this node did not read, by reason.",
                new SeriesLabel("reason", [.. Enum.GetValues<RefusedReadReason>().Select(NameOf)])),
            time,
            (count, last) => Log(logger, count, last.Read, last.Source))
    {
    }

    /// <summary>The last of it; null when there was none.</summary>
    public RefusedRead? Last { get; private set; }

    /// <summary>That of an actor system, or one that nobody reads where it was made without.</summary>
    public static RefusedReads Of(ActorSystem system) =>
        Of(system, static (meter, time, logger) => new RefusedReads(meter, time, logger));

    /// <summary>Something was not read.</summary>
    /// <param name="refusal">What, and why not.</param>
    /// <param name="source">Where it came from.</param>
    public void Add(RefusedRead refusal, string source)
    {
        Last = refusal;
        Add((refusal, source), NameOf(refusal.Reason));
    }

    private static void Log(ILogger logger, int count, RefusedRead last, string source) => LogRefused(
        logger, count, source, NameOf(last.Reason), last.SerializerId,
        VisibleText.Of(last.Manifest, MaxTextLength), VisibleText.Of(last.Recipient, MaxTextLength));

    /// <summary>A reason as it stands in metrics and logs.</summary>
    private static string NameOf(RefusedReadReason reason) => reason.ToString().ToLowerInvariant();

    [LoggerMessage(
        2170,
        LogLevel.Warning,
        "{Count} messages were not read since the last such line. The last one, from {Source}: {Reason}, serializer {Serializer}, "
        + "kind '{Manifest}', for '{Recipient}'")]
    private static partial void LogRefused(
        ILogger logger, int count, string source, string reason, int serializer, string manifest, string recipient);
}
