using System.Diagnostics.Metrics;
using System.Net;
using Akka.Actor;
using Microsoft.Extensions.Logging;
using RendezvousCluster.Libp2p.Logging;
using RendezvousCluster.Libp2p.Metrics;
using RendezvousCluster.Libp2p.Wire;
using RendezvousCluster.Registry.Certificates;
using RendezvousCluster.Registry.Membership;

namespace RendezvousCluster.Registry.Links;

/// <summary>
/// Counts who was turned away at the port between nodes, and tells it: the first at once, because it may be a node with the wrong
/// certificate whose operator looks on, and from then on what has come together once a minute. Anybody can knock thousands of times a
/// second, and must not fill a disk by that.
/// </summary>
/// <remarks>A caller that only hangs up is counted and not logged: nodes do so themselves to look whether another one has ended.</remarks>
internal sealed partial class Strangers
{
    internal const string MetricName = "rendezvous.cluster.strangers";

    /// <summary>What a certificate says whose it is is cut to this: enough for the name of a node and of its organisation.</summary>
    internal const int MaxSubjectLength = 64;

    private readonly SeriesCounter _count;
    private readonly LogThrottle<Visits> _visits;
    private readonly LogThrottle<Latest<string>> _dialled;
    private volatile string? _lastDialled;

    public Strangers(IMeterFactory meters, TimeProvider time, ILogger<Strangers> logger)
    {
        _count = new SeriesCounter(
            meters.Create(RegistryMetrics.MeterName), MetricName, "{connection}",
            "Connections at the port between nodes that were turned away, by reason.",
            new SeriesLabel("reason", [.. Enum.GetValues<StrangerKind>().Select(NameOf)]));
        _visits = new LogThrottle<Visits>(
            time, visits => LogTurnedAway(logger, visits.Counts.Values.Sum(), visits.ToString(), visits.Last));
        _dialled = new LogThrottle<Latest<string>>(time, dialled => LogDialled(logger, dialled.Last!));
    }

    /// <summary>Why the last node that was dialled is not of the cluster; null when all were, or did not answer at all.</summary>
    public string? LastDialled => _lastDialled;

    /// <summary>Somebody has dialled this node and was turned away.</summary>
    /// <param name="kind">Why.</param>
    /// <param name="from">Where the connection came from.</param>
    /// <param name="subject">The subject of the certificate that was not taken, in its own words.</param>
    public void TurnedAway(StrangerKind kind, IPAddress from, string? subject = null)
    {
        _count.Add(1, NameOf(kind));
        if (kind == StrangerKind.HungUp)
        {
            return;
        }

        _visits.Add((kind, from, subject), static (visits, visit) => visits.Add(visit.kind, visit.from, visit.subject));
    }

    /// <summary>This node has dialled somebody who is not of the cluster.</summary>
    public void Dialled(Address node, string reason)
    {
        string told = $"{node.Host}:{node.Port}: {reason}";
        _lastDialled = told;
        _dialled.Add(told, Latest<string>.Add);
    }

    /// <summary>This node has dialled somebody who is of the cluster.</summary>
    public void DialledNode() => _lastDialled = null;

    /// <summary>A reason in words, with what a stranger has written made harmless.</summary>
    internal static string Explain(StrangerKind kind, string? subject) => kind switch
    {
        StrangerKind.HungUp => "it hung up",
        StrangerKind.Silent => "it sent nothing in time that proves it a node",
        StrangerKind.Crowded => "too many others knocked at the same time",
        StrangerKind.NoTls => "it does not speak TLS",
        StrangerKind.BrokenHandshake => "its TLS handshake failed; it may not trust this node's certificate",
        StrangerKind.NoCertificate => "it showed no certificate",
        StrangerKind.OtherAuthority => $"its certificate '{VisibleText.Of(subject, MaxSubjectLength)}' is of another authority",
        StrangerKind.OutOfDate => $"its certificate '{VisibleText.Of(subject, MaxSubjectLength)}' is not valid now",
        _ => "what it sent does not come from a node",
    };

    /// <summary>A reason as it stands in metrics and counts.</summary>
    internal static string NameOf(StrangerKind kind) => kind switch
    {
        StrangerKind.HungUp => "hung_up",
        StrangerKind.Silent => "silent",
        StrangerKind.Crowded => "crowded",
        StrangerKind.NoTls => "no_tls",
        StrangerKind.BrokenHandshake => "broken_handshake",
        StrangerKind.NoCertificate => "no_certificate",
        StrangerKind.OtherAuthority => "other_authority",
        StrangerKind.OutOfDate => "out_of_date",
        _ => "no_node",
    };

    [LoggerMessage(
        2193, LogLevel.Warning, "{Count} connections to the port between nodes were turned away ({Counts}); the last one from {Last}")]
    private static partial void LogTurnedAway(ILogger logger, int count, string counts, string last);

    [LoggerMessage(2194, LogLevel.Warning, "A node was dialled that did not prove to be of the cluster: {Told}")]
    private static partial void LogDialled(ILogger logger, string told);

    private sealed class Visits
    {
        public Dictionary<StrangerKind, int> Counts { get; } = [];

        public string Last { get; private set; } = "";

        public void Add(StrangerKind kind, IPAddress from, string? subject)
        {
            Counts[kind] = Counts.GetValueOrDefault(kind) + 1;
            Last = $"{NodeEndpoint.ToAddressHost(from)}: {Explain(kind, subject)}";
        }

        public override string ToString() =>
            string.Join(", ", Counts.OrderByDescending(one => one.Value).Select(one => $"{one.Value} {NameOf(one.Key)}"));
    }
}
