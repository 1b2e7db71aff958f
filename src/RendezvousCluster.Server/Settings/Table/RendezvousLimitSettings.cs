using RendezvousCluster.Libp2p.Records;

namespace RendezvousCluster.Server.Settings.Table;

/// <summary>
/// The bounds of the rendezvous protocol, section <c>Limits</c>; those of times to live are among the registrations'.
/// <c>RendezvousLimits.Validate</c> checks how they fit together.
/// </summary>
internal static class RendezvousLimitSettings
{
    private const int MiB = 1024 * 1024;

    public static readonly Setting[] Rows =
    [
        New(Setting.Of(
            options => options.Limits.DefaultTtlSeconds, RegistrationSettings.TimeToLive(),
            "Granted when a REGISTER names no time to live; outside of MinTtlSeconds and MaxTtlSeconds, the nearer of the two.")),
        New(Setting.Of(
            options => options.Limits.MaxRequestBytes, Kinds.Size(256 + 1024, 4 * MiB),
            "The largest request, refused by its declared length; at least 1 KiB more than MaxEnvelopeBytes.")),
        New(Setting.Of(
            options => options.Limits.MaxResponseBytes, Kinds.Size(256 + 1024, 4 * MiB),
            "Where a DISCOVER page is cut; at least 1 KiB more than MaxEnvelopeBytes. Rust clients refuse responses over 1 MiB.")),
        New(Setting.Of(
            options => options.Limits.MaxInnerPageBytes, Kinds.Size(256, MiB),
            "The bytes that one query to the registry may bring; a page is put together from several. At least MaxEnvelopeBytes.")),
        New(Setting.Of(
            options => options.Limits.MaxEnvelopeBytes, Kinds.Size(256, SignedPeerRecord.MaxEnvelopeBytes),
            "The largest signed record; one with the fifty addresses of a peer behind two relays takes 3 KiB.")),
        New(Setting.Of(
            options => options.Limits.MaxAddresses, Kinds.Count(1, SignedPeerRecord.MaxAddresses), "The most addresses in one record.")),
        New(Setting.Of(
            options => options.Limits.MaxDiscoverLimit, Kinds.Count(1, 1_000),
            "The most registrations in one page, and what a DISCOVER without a limit gets.")),
        New(Setting.Of(
            options => options.Limits.MaxInnerQueriesPerDiscover, Kinds.Count(1, 10_000), "Queries to the registry for one page.")),
        New(Setting.Of(
            options => options.Limits.MaxRequestsInFlightPerNode, Kinds.Count(1, 1_000_000),
            "Requests of this node that wait for the registry at once; beyond it E_UNAVAILABLE.")),
        New(Setting.Of(
            options => options.Limits.MaxRequestsInFlightPerConnection, Kinds.Count(1, 1_000),
            "Requests of one connection that are handled at once, until their answer is written; more wait in their streams.")),
        New(Setting.Of(
            options => options.Limits.MaxWorkUnitsPerProcessor, Kinds.Count(4, 100_000),
            "The work that is begun at once for each processor: a small answer is a unit, 16 KiB of a page another. More waits for its "
            + "turn.")),
        New(Setting.Of(
            options => options.Limits.MaxUnsentBytesPerConnection, Kinds.Size(16 * 1024, 64 * MiB),
            "Pages that the peer of one connection does not take; with more it gets no other until it reads.")),
        New(Setting.Of(
            options => options.Limits.UnsentTurnTimeout, Kinds.Time(Kinds.Ms(1), Kinds.S(1)),
            "How long a page that is being written keeps its turn.")),
        New(Setting.Of(
            options => options.Limits.MaxStreamsPerConnection, Kinds.Count(1, 10_000),
            "Rendezvous streams that are open at once on one connection; a further one is reset.")),
        New(Setting.Of(
            options => options.Limits.MaxQueuedCommandsPerRegistration, Kinds.Count(0, 1_000),
            "Commands of one peer in one namespace that wait for the one before them; beyond it E_UNAVAILABLE.")),
        New(Setting.Of(
            options => options.Limits.RequestTimeout, Kinds.Time(Kinds.Ms(100), Kinds.Minutes(1)),
            "From the last byte of a request to its answer; then E_UNAVAILABLE.")),
        New(Setting.Of(
            options => options.Limits.IdentifyTimeout, Kinds.Time(Kinds.Ms(10), Kinds.S(30)),
            "How long a DISCOVER of a peer of unknown kind waits for its identify; at most half of RequestTimeout.")),
        New(Setting.Of(
            options => options.Limits.FrameTimeout, Kinds.Time(Kinds.Ms(100), Kinds.Minutes(5)),
            "From the first byte of a request to its last; a slower stream is reset.")),
        New(Setting.Of(
            options => options.Limits.ResponseWriteTimeout, Kinds.Time(Kinds.Ms(100), Kinds.Minutes(5)),
            "How long a peer may take to read an answer; then the stream is reset.")),
    ];

    private static Setting New(Setting setting) => setting with { Since = "0.2" };
}
