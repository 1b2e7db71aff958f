using RendezvousCluster.Libp2p.Records;

namespace RendezvousCluster.Protocol;

/// <summary>
/// Every bound of the rendezvous protocol at a server, in one place. The defaults are pinned by a golden test: changing one is a visible
/// diff.
/// </summary>
public sealed class RendezvousLimits
{
    /// <summary>The longest time to live that any point grants: the spec's 72 hours.</summary>
    public const uint LongestTtlSeconds = 72 * 60 * 60;

    // The shortest one that the spec recommends, and what it grants when none is asked for.
    private const uint RecommendedTtlSeconds = 2 * 60 * 60;

    // --- time to live, in seconds -------------------------------------------------------------------------------------

    /// <summary>
    /// Granted when a REGISTER names no TTL, or 0: the spec's 2 hours. Outside the range below, the nearer end of the range is granted.
    /// </summary>
    public uint DefaultTtlSeconds { get; set; } = RecommendedTtlSeconds;

    /// <summary>
    /// Shortest TTL accepted; below it E_INVALID_TTL. The spec recommends 2 hours, and rust enforces them; applications that register for
    /// a minute (Waku) need it lower. From 1.
    /// </summary>
    public uint MinTtlSeconds { get; set; } = RecommendedTtlSeconds;

    /// <summary>
    /// Longest TTL accepted; above it E_INVALID_TTL: the spec's 72 hours. A longer wish is refused and not cut, so that nobody refreshes
    /// too late.
    /// </summary>
    public uint MaxTtlSeconds { get; set; } = LongestTtlSeconds;

    // --- bytes --------------------------------------------------------------------------------------------------------

    /// <summary>
    /// Largest request, refused by its declared length. The largest that makes sense (255 bytes of name, 4 KiB of envelope) fits sixteen
    /// times.
    /// </summary>
    public int MaxRequestBytes { get; set; } = 64 * 1024;

    /// <summary>
    /// Where a DISCOVER page is cut, in bytes of the whole response. rust clients refuse responses over 1 MiB; this leaves room for
    /// framing.
    /// </summary>
    public int MaxResponseBytes { get; set; } = 960 * 1024;

    /// <summary>
    /// Bytes of envelopes that one query to the registry may bring; a page is put together from several. Messages between nodes have a
    /// frame limit, and short ones leave room for other traffic in between.
    /// </summary>
    public int MaxInnerPageBytes { get; set; } = 96 * 1024;

    /// <summary>
    /// Largest signed envelope; one with the fifty addresses of a peer behind two relays takes 3 KiB. At most
    /// <see cref="SignedPeerRecord.MaxEnvelopeBytes"/>.
    /// </summary>
    public int MaxEnvelopeBytes { get; set; } = SignedPeerRecord.MaxEnvelopeBytes;

    // --- counts -------------------------------------------------------------------------------------------------------

    /// <summary>
    /// Most addresses in one record. At most <see cref="SignedPeerRecord.MaxAddresses"/>, which is more than <see cref="MaxEnvelopeBytes"/>
    /// can hold.
    /// </summary>
    public int MaxAddresses { get; set; } = SignedPeerRecord.MaxAddresses;

    /// <summary>Most registrations in one page, and what a DISCOVER without a limit gets: the spec's 1000.</summary>
    public int MaxDiscoverLimit { get; set; } = 1_000;

    /// <summary>
    /// Queries to the registry for one page. A full page takes ten; more are needed only to pass over registrations in a flavour that the
    /// peer cannot read.
    /// </summary>
    public int MaxInnerQueriesPerDiscover { get; set; } = 64;

    /// <summary>
    /// Requests that wait for the registry at once, per node; beyond it E_UNAVAILABLE at once. A second of work on two cores, about. As
    /// many again may wait for their turn; beyond it the last one of the connection, address and subnet with the most is refused.
    /// </summary>
    public int MaxRequestsInFlightPerNode { get; set; } = 2_048;

    /// <summary>
    /// Requests handled at once for one connection, until their answer is written; more wait in their streams. It keeps one peer from
    /// taking the node's share, and bounds the pages that lie ready for a peer that does not read.
    /// </summary>
    public int MaxRequestsInFlightPerConnection { get; set; } = 8;

    /// <summary>
    /// Work begun at once, in units of a small answer or 16 KiB of a page, for each processor; more waits for its turn, in which
    /// connections, addresses and subnets have equal shares. It is about a millisecond of work: a request that arrives later waits for it.
    /// </summary>
    public int MaxWorkUnitsPerProcessor { get; set; } = 32;

    /// <summary>
    /// Bytes of pages that lie ready for one connection and that its peer does not take. Beyond it no other page is put together for the
    /// connection: two full pages of usual registrations, or one of large ones.
    /// </summary>
    public int MaxUnsentBytesPerConnection { get; set; } = 512 * 1024;

    /// <summary>
    /// Rendezvous streams open at once on one connection; a further one is reset. rust opens one stream per request and up to 100 at
    /// once; Go keeps one open and idle.
    /// </summary>
    public int MaxStreamsPerConnection { get; set; } = 128;

    /// <summary>
    /// Commands of one peer in one namespace that wait for the one before them; beyond it E_UNAVAILABLE at once. A peer that waits for
    /// its answers never has a second.
    /// </summary>
    public int MaxQueuedCommandsPerRegistration { get; set; } = 8;

    // --- time ---------------------------------------------------------------------------------------------------------

    /// <summary>From the last byte of a request to its answer; then E_UNAVAILABLE. Clients give up after 10 seconds (rust).</summary>
    public TimeSpan RequestTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// How long a DISCOVER of a peer of unknown flavour waits for the peer's identify, once per connection; then the peer is answered as
    /// one without a sign. A real peer answers in a round trip or two. At most half of <see cref="RequestTimeout"/>.
    /// </summary>
    public TimeSpan IdentifyTimeout { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>From the first byte of a request to its last; a slower stream is reset. Between requests a stream may idle.</summary>
    public TimeSpan FrameTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a peer may take to read an answer; then the stream is reset and the page given up.</summary>
    public TimeSpan ResponseWriteTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// How long a page that is being written keeps its turn. Writing it takes a millisecond; one that takes longer waits for its peer, and
    /// others need not wait with it.
    /// </summary>
    public TimeSpan UnsentTurnTimeout { get; set; } = TimeSpan.FromMilliseconds(5);

    // --- switches -----------------------------------------------------------------------------------------------------

    /// <summary>Whether a DISCOVER without a namespace is answered with registrations of all; if not, E_NOT_AUTHORIZED.</summary>
    public bool DiscoverAllNamespaces { get; set; } = true;

    /// <summary>
    /// Whether the unsigned PeerInfo of older Go and Python clients may be registered; if not, E_INVALID_SIGNED_PEER_RECORD. Such a
    /// registration is shown only to clients of the same kind, who cannot tell it from a verified one: anybody may claim any address in it.
    /// </summary>
    public bool AllowUnsignedRegistrations { get; set; }

    /// <summary>
    /// The TTL granted when none is asked for: <see cref="DefaultTtlSeconds"/>, moved into the range from minimum to maximum.
    /// </summary>
    public uint GrantedDefaultTtlSeconds => Math.Clamp(DefaultTtlSeconds, MinTtlSeconds, Math.Max(MinTtlSeconds, MaxTtlSeconds));

    /// <summary>What is wrong with these limits, a sentence each; empty when they can be used.</summary>
    public IReadOnlyList<string> Validate()
    {
        var failures = new List<string>();
        Check(failures, MinTtlSeconds, 1u, uint.MaxValue, nameof(MinTtlSeconds));
        Check(failures, MaxTtlSeconds, Math.Max(1, MinTtlSeconds), uint.MaxValue, nameof(MaxTtlSeconds));
        Check(failures, DefaultTtlSeconds, 1u, uint.MaxValue, nameof(DefaultTtlSeconds));
        Check(failures, MaxEnvelopeBytes, 256, SignedPeerRecord.MaxEnvelopeBytes, nameof(MaxEnvelopeBytes));
        Check(failures, MaxAddresses, 1, SignedPeerRecord.MaxAddresses, nameof(MaxAddresses));
        Check(failures, MaxRequestBytes, MaxEnvelopeBytes + 1024, 4 * 1024 * 1024, nameof(MaxRequestBytes));
        Check(failures, MaxInnerPageBytes, MaxEnvelopeBytes, 1024 * 1024, nameof(MaxInnerPageBytes));
        Check(failures, MaxResponseBytes, MaxEnvelopeBytes + 1024, 4 * 1024 * 1024, nameof(MaxResponseBytes));
        Check(failures, MaxDiscoverLimit, 1, 1_000, nameof(MaxDiscoverLimit));
        Check(failures, MaxInnerQueriesPerDiscover, 1, 10_000, nameof(MaxInnerQueriesPerDiscover));
        Check(failures, MaxRequestsInFlightPerNode, 1, 1_000_000, nameof(MaxRequestsInFlightPerNode));
        Check(failures, MaxRequestsInFlightPerConnection, 1, 1_000, nameof(MaxRequestsInFlightPerConnection));
        Check(failures, MaxWorkUnitsPerProcessor, 4, 100_000, nameof(MaxWorkUnitsPerProcessor));
        Check(failures, MaxUnsentBytesPerConnection, 16 * 1024, 64 * 1024 * 1024, nameof(MaxUnsentBytesPerConnection));
        Check(failures, MaxStreamsPerConnection, 1, 10_000, nameof(MaxStreamsPerConnection));
        Check(failures, MaxQueuedCommandsPerRegistration, 0, 1_000, nameof(MaxQueuedCommandsPerRegistration));
        Check(failures, RequestTimeout, TimeSpan.FromMilliseconds(100), TimeSpan.FromMinutes(1), nameof(RequestTimeout));
        Check(failures, IdentifyTimeout, TimeSpan.FromMilliseconds(10), RequestTimeout / 2, nameof(IdentifyTimeout));
        Check(failures, FrameTimeout, TimeSpan.FromMilliseconds(100), TimeSpan.FromMinutes(5), nameof(FrameTimeout));
        Check(failures, UnsentTurnTimeout, TimeSpan.FromMilliseconds(1), TimeSpan.FromSeconds(1), nameof(UnsentTurnTimeout));
        Check(failures, ResponseWriteTimeout, TimeSpan.FromMilliseconds(100), TimeSpan.FromMinutes(5), nameof(ResponseWriteTimeout));
        return failures;
    }

    private static void Check<T>(List<string> failures, T value, T least, T most, string name)
        where T : IComparable<T>
    {
        if (value.CompareTo(least) < 0 || value.CompareTo(most) > 0)
        {
            failures.Add($"{name} is {value}; it must be from {least} to {most}.");
        }
    }
}
