using System.Diagnostics.Metrics;
using Akka.Actor;
using Akka.Actor.Setup;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using RendezvousCluster.Libp2p.Logging;
using RendezvousCluster.Libp2p.Metrics;
using RendezvousCluster.Libp2p.Wire;

namespace RendezvousCluster.Registry.Refusals;

/// <summary>
/// Counts what this node has not read, of other nodes and of its database, and logs it: the first at once, and from then on at most one
/// line a minute, because a sender can send thousands a second. Safe for use from several threads.
/// </summary>
internal sealed partial class RefusedReads : Setup
{
    internal const string MetricName = "rendezvous.cluster.refused_reads";

    /// <summary>Longer words of a stranger are cut.</summary>
    internal const int MaxTextLength = 128;

    private readonly SeriesCounter _count;
    private readonly LogThrottle<Latest<(RefusedRead Read, string Source)>> _log;
    private long _total;

    public RefusedReads(IMeterFactory meters, TimeProvider time, ILogger<RefusedReads> logger)
        : this(meters.Create(RegistryMetrics.MeterName), time, logger)
    {
    }

    private RefusedReads(Meter meter, TimeProvider time, ILogger logger)
    {
        _count = new SeriesCounter(
            meter,
            MetricName,
            "{message}",
            "What other nodes sent, or the database held, and this node did not read, by reason.",
            new SeriesLabel("reason", [.. Enum.GetValues<RefusedReadReason>().Select(NameOf)]));
        _log = new LogThrottle<Latest<(RefusedRead Read, string Source)>>(time, refused => Log(logger, refused.Count, refused.Last));
    }

    /// <summary>How much there was.</summary>
    public long Total => Interlocked.Read(ref _total);

    /// <summary>The last of it; null when there was none.</summary>
    public RefusedRead? Last { get; private set; }

    /// <summary>That of an actor system, or one that nobody reads where it was made without.</summary>
    public static RefusedReads Of(ActorSystem system) =>
        system.Settings.Setup.Get<RefusedReads>() is { HasValue: true, Value: { } own }
            ? own
            : new RefusedReads(new Meter($"{RegistryMetrics.MeterName}.Uncounted"), TimeProvider.System, NullLogger.Instance);

    /// <summary>Something was not read.</summary>
    /// <param name="refusal">What, and why not.</param>
    /// <param name="source">Where it came from.</param>
    public void Add(RefusedRead refusal, string source)
    {
        _count.Add(1, NameOf(refusal.Reason));
        Last = refusal;
        Interlocked.Increment(ref _total);
        _log.Add((refusal, source), Latest<(RefusedRead, string)>.Add);
    }

    private static void Log(ILogger logger, int count, (RefusedRead Read, string Source) last) => LogRefused(
        logger, count, last.Source, NameOf(last.Read.Reason), last.Read.SerializerId,
        VisibleText.Of(last.Read.Manifest, MaxTextLength), VisibleText.Of(last.Read.Recipient, MaxTextLength));

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
