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
/// Counts what nodes that are not members of this node's cluster said of what is said among members only, and logs it: the first at once,
/// and from then on at most one line a minute. Safe for use from several threads.
/// </summary>
/// <remarks>
/// A few come when a node joins, before all have heard of it. Many come when another process has the address of a member that died, for as
/// long as the others have not put that one out.
/// </remarks>
internal sealed partial class OutsiderMessages : Setup
{
    internal const string MetricName = "rendezvous.cluster.outsider_messages";

    private readonly SeriesCounter _count;
    private readonly LogThrottle<Latest<(string Node, int Serializer, string Manifest)>> _log;
    private long _total;

    public OutsiderMessages(IMeterFactory meters, TimeProvider time, ILogger<OutsiderMessages> logger)
        : this(meters.Create(RegistryMetrics.MeterName), time, logger)
    {
    }

    private OutsiderMessages(Meter meter, TimeProvider time, ILogger logger)
    {
        _count = new SeriesCounter(
            meter,
            MetricName,
            "{message}",
            "What nodes that are not members of this cluster said of what only members say; it was dropped.");
        _log = new LogThrottle<Latest<(string Node, int Serializer, string Manifest)>>(
            time, dropped => LogDropped(
                logger,
                dropped.Count,
                VisibleText.Of(dropped.Last.Node, RefusedReads.MaxTextLength),
                dropped.Last.Serializer,
                VisibleText.Of(dropped.Last.Manifest, RefusedReads.MaxTextLength)));
    }

    /// <summary>How many there were.</summary>
    public long Total => Interlocked.Read(ref _total);

    /// <summary>That of an actor system, or one that nobody reads where it was made without.</summary>
    public static OutsiderMessages Of(ActorSystem system) =>
        system.Settings.Setup.Get<OutsiderMessages>() is { HasValue: true, Value: { } own }
            ? own
            : new OutsiderMessages(new Meter($"{RegistryMetrics.MeterName}.Uncounted"), TimeProvider.System, NullLogger.Instance);

    /// <summary>A message was dropped.</summary>
    /// <param name="node">Who sent it.</param>
    /// <param name="serializer">The number of its serializer.</param>
    /// <param name="manifest">Its kind.</param>
    public void Add(string node, int serializer, string manifest)
    {
        _count.Add(1);
        Interlocked.Increment(ref _total);
        _log.Add((node, serializer, manifest), Latest<(string, int, string)>.Add);
    }

    [LoggerMessage(
        2171,
        LogLevel.Information,
        "{Count} messages of nodes that are not members of this cluster were dropped since the last such line. The last one, from {Node}: "
        + "serializer {Serializer}, kind '{Manifest}'")]
    private static partial void LogDropped(ILogger logger, int count, string node, int serializer, string manifest);
}
