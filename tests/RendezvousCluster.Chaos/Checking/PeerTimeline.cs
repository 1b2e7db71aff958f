namespace RendezvousCluster.Chaos.Checking;

/// <summary>
/// What the clients know of one peer's registration in one namespace: who asked for what, when, and what they heard. From that follows what
/// a read may and what it must show. Writes without an answer may have taken effect at any moment until they no longer can, or never.
/// </summary>
internal sealed class PeerTimeline
{
    // So fresh is a registration that was made at another node, in milliseconds, that its absence is the fault of the way between them.
    private const long Fresh = 10_000;

    private readonly KnownWrite[] _writes;
    private readonly long _horizon;

    /// <param name="writes">Its writes that may have had an effect.</param>
    /// <param name="allowances">What is unknown for how long.</param>
    public PeerTimeline(IEnumerable<KnownWrite> writes, Allowances allowances)
    {
        _writes = [.. writes.OrderBy(known => known.Write.Invoked)];
        _horizon = allowances.LongestDecision + allowances.LargestSkew + Allowances.Commit
            + _writes.Select(known => known.Write.Ttl).DefaultIfEmpty().Max();
    }

    /// <summary>How many REGISTERs were asked for.</summary>
    public int Registers => _writes.Count(known => !known.Write.IsUnregister);

    /// <summary>The peer.</summary>
    public int Peer => _writes[0].Write.Peer;

    /// <summary>Whether a sighting can be explained, and if not, which promise it breaks.</summary>
    /// <param name="seen">What was found.</param>
    /// <param name="fresh">Whether the read had to show what was acknowledged before it.</param>
    /// <param name="latest">Until when, at the latest, the write that explains it could take effect.</param>
    public Invariant? Judge(Sighting seen, bool fresh, out long latest)
    {
        latest = long.MinValue;
        Invariant? verdict = null;
        for (int at = LastUntil(seen.To); at >= 0 && IsRelevant(at, seen.From); at--)
        {
            KnownWrite known = _writes[at];
            if (known.Write.Version != seen.Version)
            {
                continue;
            }

            long to = Math.Min(known.ExpiresTo(seen.To), seen.To + known.Write.Ttl + Allowances.ClockTolerance + known.SkewUntil(seen.To));
            if (to <= seen.From || known.ExpiresFrom(seen.To) > seen.ExpiresTo || to < seen.ExpiresFrom)
            {
                verdict ??= to <= seen.From || to < seen.ExpiresFrom ? Invariant.ExpiredIsNotFound : Invariant.RetriesShortenNothing;
            }
            else if (fresh && SupersededBy(known, seen.From) is { } newer)
            {
                verdict = newer.Write.IsUnregister ? Invariant.UnregisteredStaysAway
                    : newer.Write.Version == seen.Version ? Invariant.RetriesShortenNothing
                    : Invariant.AcknowledgedIsFound;
            }
            else
            {
                latest = Math.Max(
                    latest, known.SeenFrom == KnownWrite.Never ? KnownWrite.Never : Math.Max(known.SeenFrom, known.LastDecision));
            }
        }

        return latest > long.MinValue ? null
            : verdict ?? (_writes.Any(known => known.Write.Version == seen.Version)
                ? Invariant.ExpiredIsNotFound
                : Invariant.BytesAreIdentical);
    }

    /// <summary>The acknowledged REGISTER because of which a read must show the peer; null when it need not.</summary>
    /// <param name="from">When the read began.</param>
    /// <param name="to">When it ended.</param>
    public KnownWrite? MustBeFound(long from, long to)
    {
        for (int at = LastUntil(from); at >= 0 && IsRelevant(at, from); at--)
        {
            KnownWrite known = _writes[at];
            if (!known.Write.IsUnregister && known.SeenFrom < from && Outlives(known, to) && !MayBeUndone(known, from, to))
            {
                return known;
            }
        }

        return null;
    }

    /// <summary>The promise that is broken when a registration is not found.</summary>
    public static Invariant Missing(KnownWrite known, long from, int node) =>
        known.Write.Node != node && from - known.SeenFrom < Fresh ? Invariant.FoundEverywhere : Invariant.AcknowledgedIsFound;

    private static bool Outlives(KnownWrite known, long to) => known.ExpiresFrom(to) > to;

    // The later writes, in the order of time the greater part, have no bearing on the reads until then.
    private int LastUntil(long time)
    {
        int after = 0, end = _writes.Length;
        while (after < end)
        {
            int middle = (after + end) / 2;
            if (_writes[middle].Write.Invoked <= time)
            {
                after = middle + 1;
            }
            else
            {
                end = middle;
            }
        }

        return after - 1;
    }

    // An older write has had its effect and expired.
    private bool IsRelevant(int at, long from) => _writes[at].Write.Invoked >= from - _horizon;

    private bool MayBeUndone(KnownWrite known, long from, long to)
    {
        for (int at = LastUntil(to); at >= 0 && IsRelevant(at, from); at--)
        {
            KnownWrite other = _writes[at];
            if (other != known && (other.Write.IsUnregister || !Outlives(other, to)) && !other.Precedes(known))
            {
                return true;
            }
        }

        return false;
    }

    private KnownWrite? SupersededBy(KnownWrite known, long from)
    {
        for (int at = LastUntil(from); at >= 0 && _writes[at].Write.Invoked >= known.Write.Invoked; at--)
        {
            KnownWrite newer = _writes[at];
            if (newer != known && newer.SeenFrom < from && known.Precedes(newer) && !MayProlongSince(known, newer, from)
                && !MayHaveExpiredBefore(known, newer))
            {
                return newer;
            }
        }

        return null;
    }

    // A late copy of an older REGISTER may prolong what this or a still newer one granted the same record for a shorter time. It may not
    // shorten it.
    private bool MayProlongSince(KnownWrite older, KnownWrite newer, long seen)
    {
        for (int at = LastUntil(older.LastDecision); at >= 0 && !newer.Write.IsUnregister
            && _writes[at].Write.Invoked >= older.Write.Invoked; at--)
        {
            KnownWrite other = _writes[at];
            if (other != older && other.Write.Version == older.Write.Version
                && older.ExpiresTo(seen) >= other.ExpiresFrom(seen) && !other.Precedes(newer))
            {
                return true;
            }
        }

        return false;
    }

    // An UNREGISTER that finds a registration expired leaves no trace.
    private static bool MayHaveExpiredBefore(KnownWrite known, KnownWrite newer) =>
        newer.Write.IsUnregister && !Outlives(known, newer.SeenFrom);
}
