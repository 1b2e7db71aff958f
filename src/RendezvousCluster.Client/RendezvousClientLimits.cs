using RendezvousCluster.Protocol;

namespace RendezvousCluster.Client;

/// <summary>
/// Every bound of the client, in one place: what a point may send, cost, or hold up. A point is a stranger; none of these may be set by
/// what it says. The defaults are pinned by a golden test: changing one is a visible diff.
/// </summary>
public sealed class RendezvousClientLimits
{
    // --- what a point may send ----------------------------------------------------------------------------------------

    /// <summary>Largest response, refused by its declared length. rust's limit, which every server must keep to be read by rust.</summary>
    public int MaxResponseBytes { get; set; } = 1024 * 1024;

    /// <summary>
    /// Registrations asked for, and looked at, per page; what a point sends beyond it is left out. With 400 bytes each, which is much, a
    /// page stays under a quarter of <see cref="MaxResponseBytes"/>.
    /// </summary>
    public int MaxRegistrationsPerPage { get; set; } = 500;

    /// <summary>
    /// Addresses taken of one peer's record, the first ones. A peer behind two relays has about fifty; a record of 4 KiB could hold seven
    /// hundred.
    /// </summary>
    public int MaxAddressesPerPeer { get; set; } = 128;

    /// <summary>
    /// Pages read of one point in one walk. It ends points whose pages never do: a thousand pages hold half a million registrations.
    /// </summary>
    public int MaxPagesPerWalk { get; set; } = 1_000;

    /// <summary>Peers remembered by one discovery or watch, 1 KiB each; further ones are left out.</summary>
    public int MaxPeers { get; set; } = 100_000;

    /// <summary>Longest cookie that is kept and sent back; a longer one ends the walk. nim's client keeps none over 1 000 bytes.</summary>
    public int MaxCookieBytes { get; set; } = 1_024;

    /// <summary>
    /// The most that a time to live counts for, whether a point grants it to us or lists it for others: the spec's 72 hours. nim's points
    /// can send an absurd one.
    /// </summary>
    public TimeSpan MaxTtl { get; set; } = TimeSpan.FromSeconds(RendezvousLimits.LongestTtlSeconds);

    // --- what it may cost ---------------------------------------------------------------------------------------------

    /// <summary>Requests at one point at once; more wait their turn. Our own points serve eight of a connection at once.</summary>
    public int MaxRequestsInFlightPerPoint { get; set; } = 8;

    /// <summary>
    /// Requests at one point per second, and as many at once after a pause; more wait. Points close connections that open streams too fast:
    /// ours allow 500 a second.
    /// </summary>
    public int RequestsPerSecondPerPoint { get; set; } = 200;

    /// <summary>Pages that wait for a slow consumer, over all points; then reading from the points stops until it goes on.</summary>
    public int MaxWaitingPages { get; set; } = 4;

    // --- time ---------------------------------------------------------------------------------------------------------

    /// <summary>Dialling a point and the handshake, over all of its addresses.</summary>
    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>From opening a stream to the whole answer. rust gives up after 10 seconds; our points answer within 5.</summary>
    public TimeSpan RequestTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// How long an answered stream waits for the point to close its side, before it is reset. Servers close at once; a reset does no harm.
    /// </summary>
    public TimeSpan StreamCloseTimeout { get; set; } = TimeSpan.FromMilliseconds(500);

    /// <summary>
    /// How long disposing a registration takes to unregister, over all points; what is left then ends with its time to live.
    /// </summary>
    public TimeSpan UnregisterTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// How long the first results of a discovery wait for the slower points, so that each peer comes once, with its newest record. Points
    /// that take longer are merged in as they answer.
    /// </summary>
    public TimeSpan MergeWindow { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Least time between two registrations of one namespace at one point, however short the time to live or unsteady the connection.
    /// </summary>
    public TimeSpan MinRefreshInterval { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// The wait after a first failure, or a first lost connection; it doubles with each further one, of which a random half is taken.
    /// </summary>
    public TimeSpan FirstBackoff { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>The longest wait after failures. A point that is back is used again within this time.</summary>
    public TimeSpan MaxBackoff { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>
    /// The wait after a refusal that only a change of the request, or of the point's settings, can end: a namespace, time to live or record
    /// that it does not take, or a quota.
    /// </summary>
    public TimeSpan RefusedBackoff { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>What is wrong with these limits, a sentence each; empty when they can be used.</summary>
    public IReadOnlyList<string> Validate()
    {
        var failures = new List<string>();
        Check(failures, MaxResponseBytes, 1_024, 16 * 1024 * 1024, nameof(MaxResponseBytes));
        Check(failures, MaxRegistrationsPerPage, 1, 1_000, nameof(MaxRegistrationsPerPage));
        Check(failures, MaxAddressesPerPeer, 1, 128, nameof(MaxAddressesPerPeer));
        Check(failures, MaxPagesPerWalk, 1, 1_000_000, nameof(MaxPagesPerWalk));
        Check(failures, MaxPeers, 1, 10_000_000, nameof(MaxPeers));
        Check(failures, MaxCookieBytes, 64, 64 * 1024, nameof(MaxCookieBytes));
        Check(failures, MaxTtl, TimeSpan.FromMinutes(1), TimeSpan.FromDays(30), nameof(MaxTtl));
        Check(failures, MaxRequestsInFlightPerPoint, 1, 100, nameof(MaxRequestsInFlightPerPoint));
        Check(failures, RequestsPerSecondPerPoint, 1, 1_000_000, nameof(RequestsPerSecondPerPoint));
        Check(failures, MaxWaitingPages, 1, 1_000, nameof(MaxWaitingPages));
        Check(failures, ConnectTimeout, TimeSpan.FromMilliseconds(100), TimeSpan.FromMinutes(5), nameof(ConnectTimeout));
        Check(failures, RequestTimeout, TimeSpan.FromMilliseconds(100), TimeSpan.FromMinutes(5), nameof(RequestTimeout));
        Check(failures, StreamCloseTimeout, TimeSpan.FromMilliseconds(1), TimeSpan.FromMinutes(1), nameof(StreamCloseTimeout));
        Check(failures, UnregisterTimeout, TimeSpan.FromMilliseconds(100), TimeSpan.FromMinutes(5), nameof(UnregisterTimeout));
        Check(failures, MergeWindow, TimeSpan.Zero, TimeSpan.FromMinutes(1), nameof(MergeWindow));
        Check(failures, MinRefreshInterval, TimeSpan.FromMilliseconds(100), TimeSpan.FromMinutes(10), nameof(MinRefreshInterval));
        Check(failures, FirstBackoff, TimeSpan.FromMilliseconds(10), TimeSpan.FromMinutes(10), nameof(FirstBackoff));
        Check(failures, MaxBackoff, FirstBackoff, TimeSpan.FromHours(1), nameof(MaxBackoff));
        Check(failures, RefusedBackoff, FirstBackoff, TimeSpan.FromDays(1), nameof(RefusedBackoff));
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
