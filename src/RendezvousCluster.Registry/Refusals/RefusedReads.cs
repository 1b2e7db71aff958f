using System.Diagnostics.Metrics;
using Akka.Actor;
using Akka.Actor.Setup;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using RendezvousCluster.Libp2p.Metrics;
using RendezvousCluster.Libp2p.Wire;

namespace RendezvousCluster.Registry.Refusals;

/// <summary>
/// Counts what this node has not read, of other nodes and of its database, and logs it: the first at once, and from then on at most one
/// line in <see cref="LogInterval"/>, because a sender can send thousands a second. Safe for use from several threads.
/// </summary>
internal sealed partial class RefusedReads : Setup
{
    internal const string MetricName = "rendezvous.cluster.refused_reads";

    /// <summary>At most one line in this time.</summary>
    internal static readonly TimeSpan LogInterval = TimeSpan.FromMinutes(1);

    /// <summary>Longer words of a stranger are cut.</summary>
    internal const int MaxTextLength = 128;

    private readonly Lock _lock = new();
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly SeriesCounter _count;
    private long? _told;
    private long _untold;
    private long _total;

    public RefusedReads(IMeterFactory meters, TimeProvider time, ILogger<RefusedReads> logger)
    {
        (_time, _logger) = (time, logger);
        _count = NewCounter(meters.Create(RegistryMetrics.MeterName));
    }

    // For an actor system that was made without one.
    private RefusedReads()
    {
        (_time, _logger) = (TimeProvider.System, NullLogger.Instance);
        _count = NewCounter(new Meter($"{RegistryMetrics.MeterName}.Uncounted"));
    }

    /// <summary>How much there was.</summary>
    public long Total => Interlocked.Read(ref _total);

    /// <summary>The last of it; null when there was none.</summary>
    public Refusal? Last { get; private set; }

    /// <summary>That of an actor system.</summary>
    public static RefusedReads Of(ActorSystem system) =>
        system.Settings.Setup.Get<RefusedReads>() is { HasValue: true, Value: { } own } ? own : new RefusedReads();

    /// <summary>Something was not read.</summary>
    /// <param name="refusal">What, and why not.</param>
    /// <param name="source">Where it came from.</param>
    public void Add(Refusal refusal, string source)
    {
        _count.Add(1, NameOf(refusal.Reason));
        Last = refusal;
        Interlocked.Increment(ref _total);
        long untold;
        lock (_lock)
        {
            _untold++;
            long now = _time.GetTimestamp();
            if (_told is { } told && _time.GetElapsedTime(told, now) < LogInterval)
            {
                return;
            }

            (untold, _told, _untold) = (_untold, now, 0);
        }

        LogRefused(
            untold, source, NameOf(refusal.Reason), refusal.SerializerId, VisibleText.Of(refusal.Manifest, MaxTextLength),
            VisibleText.Of(refusal.Recipient, MaxTextLength));
    }

    private static SeriesCounter NewCounter(Meter meter) => new(
        meter,
        MetricName,
        "{message}",
        "What other nodes sent, or the database held, and this node did not read, by reason.",
        new SeriesLabel("reason", [.. Enum.GetValues<RefusalReason>().Select(NameOf)]));

    /// <summary>A reason as it stands in metrics and logs.</summary>
    private static string NameOf(RefusalReason reason) => reason.ToString().ToLowerInvariant();

    [LoggerMessage(
        2170,
        LogLevel.Warning,
        "{Count} messages were not read since the last such line. The last one, from {Source}: {Reason}, serializer {Serializer}, "
        + "kind '{Manifest}', for '{Recipient}'")]
    private partial void LogRefused(long count, string source, string reason, int serializer, string manifest, string recipient);
}
