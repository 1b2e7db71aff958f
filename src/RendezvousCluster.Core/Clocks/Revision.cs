namespace RendezvousCluster.Core.Clocks;

/// <summary>
/// The clock that orders the registrations of a namespace and that cookies carry: 64 bits, of which the upper 44 are Unix milliseconds and
/// the lower 20 count within one. It follows the wall clock while that goes forward and counts on from the last value while it does not, so
/// it never repeats and never goes back, under any clock, as long as the last value is known.
/// </summary>
/// <remarks>
/// <code>
///  63                                        20 19                 0
/// +--------------------------------------------+--------------------+
/// |  Unix milliseconds (good until the year 2527) |  counter        |
/// +--------------------------------------------+--------------------+
/// </code>
/// When even the last value is lost (a store in memory, after a restart), the wall clock alone keeps new values above the old ones.
/// </remarks>
internal static class Revision
{
    /// <summary>2^20 revisions fit in a millisecond before the clock runs ahead of the wall: far more than one owner can decide.</summary>
    internal const int CounterBits = 20;

    /// <summary>The smallest revision that belongs to a time.</summary>
    internal static ulong At(DateTimeOffset now) => (ulong)Math.Max(0, now.ToUnixTimeMilliseconds()) << CounterBits;

    /// <summary>The time that a revision belongs to, or a later one if the counter ran ahead of the clock.</summary>
    internal static DateTimeOffset TimeOf(ulong revision) => DateTimeOffset.FromUnixTimeMilliseconds(UnixMillisecondsOf(revision));

    /// <summary>As <see cref="TimeOf"/>, in milliseconds.</summary>
    internal static long UnixMillisecondsOf(ulong revision) => (long)(revision >> CounterBits);

    /// <summary>The revision after <paramref name="last"/>.</summary>
    internal static ulong Next(ulong last, DateTimeOffset now) => Math.Max(last + 1, At(now));

    /// <summary>Whether nobody can have been given this revision yet: it is above the last one taken and above the clock.</summary>
    internal static bool IsFromTheFuture(ulong revision, ulong last, DateTimeOffset now) => revision > Math.Max(last, At(now));
}
