using System.Diagnostics.Metrics;
using Akka.Actor;
using Microsoft.Extensions.Logging;
using RendezvousCluster.Libp2p.Metrics;
using RendezvousCluster.Libp2p.Wire;

namespace RendezvousCluster.Registry.Refusals;

/// <summary>What nodes that are not members of this node's cluster said of what is said among members only.</summary>
/// <remarks>
/// A few come when a node joins, before all have heard of it. Many come when another process has the address of a member that died, for as
/// long as the others have not put that one out.
/// </remarks>
internal sealed partial class OutsiderMessages : RefusalCount<(string Node, int Serializer, string Manifest)>
{
    internal const string MetricName = "rendezvous.cluster.outsider_messages";

    public OutsiderMessages(IMeterFactory meters, TimeProvider time, ILogger<OutsiderMessages> logger)
        : this(meters.Create(RegistryMetrics.MeterName), time, logger)
    {
    }

    private OutsiderMessages(Meter meter, TimeProvider time, ILogger logger)
        : base(
            new SeriesCounter(
                meter,
                MetricName,
                "{message}",
                "What nodes that are not members of this cluster said of what only members say; it was dropped."),
            time,
            (count, last) => LogDropped(
                logger, count, VisibleText.Of(last.Node, MaxTextLength), last.Serializer, VisibleText.Of(last.Manifest, MaxTextLength)))
    {
    }

    /// <summary>That of an actor system, or one that nobody reads where it was made without.</summary>
    public static OutsiderMessages Of(ActorSystem system) =>
        Of(system, static (meter, time, logger) => new OutsiderMessages(meter, time, logger));

    /// <summary>A message was dropped.</summary>
    /// <param name="node">Who sent it.</param>
    /// <param name="serializer">The number of its serializer.</param>
    /// <param name="manifest">Its kind.</param>
    public void Add(string node, int serializer, string manifest) => Add((node, serializer, manifest));

    [LoggerMessage(
        2171,
        LogLevel.Information,
        "{Count} messages of nodes that are not members of this cluster were dropped since the last such line. The last one, from {Node}: "
        + "serializer {Serializer}, kind '{Manifest}'")]
    private static partial void LogDropped(ILogger logger, int count, string node, int serializer, string manifest);
}
