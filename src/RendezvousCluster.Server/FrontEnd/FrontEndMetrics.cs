using System.Diagnostics;
using System.Diagnostics.Metrics;
using RendezvousCluster.Protocol;

namespace RendezvousCluster.Server.FrontEnd;

/// <summary>The front end in figures. Tags come from fixed lists, so the number of series is bounded.</summary>
internal sealed class FrontEndMetrics
{
    /// <summary>The name of the meter.</summary>
    public const string MeterName = "RendezvousCluster.Server";

    // From a read in memory to the deadline of a request. The SDK's own bounds are made for milliseconds.
    private static readonly double[] SecondsBounds = [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

    private static readonly string[] ResetReasons = ["stream_limit", "invalid_frame", "unregister_unconfirmed", "slow_reader"];

    private readonly Counter<long> _requests;
    private readonly Histogram<double> _duration;
    private readonly Counter<long> _resets;

    public FrontEndMetrics(IMeterFactory meterFactory, RequestGate gate)
    {
        Meter meter = meterFactory.Create(MeterName);
        _requests = meter.CreateCounter<long>("rendezvous.server.requests", "{request}", "Requests answered, by kind and status.");
        _duration = meter.CreateHistogram<double>(
            "rendezvous.server.request.duration",
            "s",
            "From the last byte of a request to its answer, by kind.",
            tags: null,
            new InstrumentAdvice<double> { HistogramBucketBoundaries = SecondsBounds });
        _resets = meter.CreateCounter<long>("rendezvous.server.stream.resets", "{stream}", "Streams that this node reset, by reason.");
        meter.CreateObservableUpDownCounter(
            "rendezvous.server.requests.in_flight", () => gate.Inside, "{request}", "Requests under way at this node.");

        // A series that appears with its first reset is seen too late.
        Array.ForEach(ResetReasons, reason => _resets.Add(0, new TagList { { "reason", reason } }));
    }

    public void Answered(string kind, RendezvousStatus status, TimeSpan duration)
    {
        var kindTag = new KeyValuePair<string, object?>("kind", kind);
        _requests.Add(1, kindTag, new KeyValuePair<string, object?>("status", NameOf(status)));
        _duration.Record(duration.TotalSeconds, kindTag);
    }

    public void StreamReset(string reason) => _resets.Add(1, new TagList { { "reason", reason } });

    /// <summary>A status as figures and traces name it.</summary>
    internal static string NameOf(RendezvousStatus status) => status switch
    {
        RendezvousStatus.Ok => "ok",
        RendezvousStatus.InvalidNamespace => "invalid_namespace",
        RendezvousStatus.InvalidSignedPeerRecord => "invalid_signed_peer_record",
        RendezvousStatus.InvalidTtl => "invalid_ttl",
        RendezvousStatus.InvalidCookie => "invalid_cookie",
        RendezvousStatus.NotAuthorized => "not_authorized",
        RendezvousStatus.InternalError => "internal_error",
        RendezvousStatus.Unavailable => "unavailable",
        _ => "other",
    };
}
