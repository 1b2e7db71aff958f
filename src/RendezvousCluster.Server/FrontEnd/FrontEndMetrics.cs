using System.Diagnostics.Metrics;
using RendezvousCluster.Libp2p.Metrics;
using RendezvousCluster.Protocol;
using RendezvousCluster.Protocol.Messages;
using RendezvousCluster.Server.FrontEnd.Turns;

namespace RendezvousCluster.Server.FrontEnd;

/// <summary>Metrics of the front end. Tags come from fixed lists, so the number of series is bounded.</summary>
internal sealed class FrontEndMetrics
{
    /// <summary>The name of the meter.</summary>
    public const string MeterName = "RendezvousCluster.Server";

    // From a read in memory to the deadline of a request. The SDK's own bounds are made for milliseconds.
    private static readonly double[] SecondsBounds =
        [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

    private static readonly SeriesLabel Kinds = new("kind", RegisterRequest.KindName, UnregisterRequest.KindName, DiscoverRequest.KindName);

    // "other" is what a status of a later version would be.
    private static readonly SeriesLabel Statuses = new("status", [.. Enum.GetValues<RendezvousStatus>().Select(NameOf), "other"]);

    private readonly SeriesCounter _requests;
    private readonly Histogram<double> _duration;
    private readonly SeriesCounter _resets;
    private readonly SeriesCounter _waits;

    public FrontEndMetrics(IMeterFactory meterFactory, RequestGate gate, TurnQueue turns)
    {
        Meter meter = meterFactory.Create(MeterName);
        _requests = new SeriesCounter(
            meter, "rendezvous.server.requests", "{request}", "Requests answered, by kind and status.", Kinds, Statuses);
        _duration = meter.CreateHistogram<double>(
            "rendezvous.server.request.duration",
            "s",
            "From the last byte of a request to its answer, by kind.",
            tags: null,
            new InstrumentAdvice<double> { HistogramBucketBoundaries = SecondsBounds });
        _resets = new SeriesCounter(
            meter,
            "rendezvous.server.stream.resets",
            "{stream}",
            "Streams that this node reset, by reason.",
            new SeriesLabel("reason", "stream_limit", "invalid_frame", "unregister_unconfirmed", "slow_reader"));
        _waits = new SeriesCounter(
            meter,
            "rendezvous.server.requests.held_back",
            "{request}",
            "Requests that had to wait at this node before they were worked on, by the limit.",
            new SeriesLabel("limit", "requests_in_flight_per_connection", "unsent_bytes_per_connection", "work_units"));
        meter.CreateObservableUpDownCounter(
            "rendezvous.server.requests.waiting", () => turns.Waiting, "{request}", "Requests that wait for their turn at this node.");
        meter.CreateObservableUpDownCounter(
            "rendezvous.server.requests.in_flight", () => gate.Inside, "{request}", "Requests under way at this node.");
    }

    public void Answered(string kind, RendezvousStatus status, TimeSpan duration)
    {
        _requests.Add(1, kind, NameOf(status));
        _duration.Record(duration.TotalSeconds, new KeyValuePair<string, object?>("kind", kind));
    }

    public void StreamReset(string reason) => _resets.Add(1, reason);

    /// <summary>A request had to wait.</summary>
    /// <param name="limit">For which limit; it is among those named above.</param>
    public void HeldBack(string limit) => _waits.Add(1, limit);

    /// <summary>A status as metrics and traces name it.</summary>
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
