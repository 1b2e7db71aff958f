namespace RendezvousCluster.Simulation.Invariants;

/// <summary>
/// What the clients know of one peer's registration in one namespace: who asked for what, when, and what they heard. From that follows what
/// a read may and what it must show.
/// </summary>
internal sealed class PeerHistory(Allowances allowances)
{
    private const int PruneAbove = 24;

    // A page that was asked for before an acknowledgement comes within this.
    private const long LongestRead = 10_000;

    private readonly List<RegistrationWrite> _writes = [];
    private readonly Dictionary<int, bool> _forgotten = [];
    private bool _mayComeBack;

    /// <summary>How many REGISTERs were asked for.</summary>
    public int Registers { get; private set; }

    public RegistrationWrite Invoke(int version, long ttl, int node, long now)
    {
        var write = new RegistrationWrite(version, ttl, now, node);
        _writes.Add(write);
        Registers += write.IsUnregister ? 0 : 1;
        if (_writes.Count > PruneAbove)
        {
            Prune(now);
        }

        return write;
    }

    /// <summary>Writes acknowledged from a time on are lost. Those that they took the place of may be there again.</summary>
    public void Forgotten(long since)
    {
        _mayComeBack |= _forgotten.Count > 0;
        foreach (RegistrationWrite write in _writes)
        {
            if (write.Acknowledged is null)
            {
                write.MayBeForgotten = true; // the answer may be on its way
            }
            else if (write.Acknowledged >= since)
            {
                write.SeenFrom = RegistrationWrite.Never;
            }
        }
    }

    /// <summary>
    /// Whether a sighting can be explained, and if not, which promise it breaks.
    /// </summary>
    /// <param name="seen">What was found.</param>
    /// <param name="fresh">Whether the read had to show what was acknowledged before it.</param>
    /// <param name="latest">Until when, at the latest, the write that explains it could take effect.</param>
    public Invariant? Judge(Sighting seen, bool fresh, out long latest)
    {
        latest = long.MinValue;
        Invariant? verdict = null;
        for (int i = _writes.Count - 1; i >= 0; i--)
        {
            RegistrationWrite write = _writes[i];
            if (write.Version != seen.Version || write.Invoked > seen.To)
            {
                continue;
            }

            long skew = allowances.Skew(write.Invoked, seen.To);
            long from = write.Invoked + write.Ttl;
            long to = Math.Min(seen.To, allowances.LastDecision(write, seen.To)) + write.Ttl;
            if (to + skew <= seen.From || from - skew > seen.ExpiresTo || to + skew < seen.ExpiresFrom)
            {
                verdict ??= to + skew <= seen.From || to + skew < seen.ExpiresFrom
                    ? Invariant.ExpiredIsNotFound
                    : Invariant.RetriesShortenNothing;
            }
            else if (fresh && SupersededBy(write, seen.From, seen.To) is { } newer)
            {
                verdict = newer.IsUnregister ? Invariant.UnregisteredStaysAway
                    : newer.Version == seen.Version ? Invariant.RetriesShortenNothing
                    : Missing(newer, seen.From, seen.Node);
            }
            else
            {
                latest = Math.Max(latest, write.Acknowledged is { } acknowledged
                    ? Math.Max(acknowledged, allowances.LastDecision(write, seen.To))
                    : long.MaxValue);
            }
        }

        if (latest > long.MinValue)
        {
            return null;
        }

        if ((!fresh || _mayComeBack) && _forgotten.ContainsKey(seen.Version))
        {
            return null;
        }

        return verdict ?? (_forgotten.TryGetValue(seen.Version, out bool unregistered)
            ? unregistered ? Invariant.UnregisteredStaysAway : Invariant.AcknowledgedIsFound
            : Invariant.BytesAreIdentical);
    }

    /// <summary>The acknowledged REGISTER because of which a read must show the peer; null when it need not.</summary>
    /// <param name="from">When the read began.</param>
    /// <param name="to">When it ended.</param>
    public RegistrationWrite? MustBeFound(long from, long to)
    {
        for (int i = _writes.Count - 1; i >= 0; i--)
        {
            RegistrationWrite write = _writes[i];
            if (!write.IsUnregister && write.SeenFrom < from && Outlives(write, to) && !MayBeUndone(write, to))
            {
                return write;
            }
        }

        return null;
    }

    /// <summary>The promise that is broken when a registration is not found.</summary>
    public static Invariant Missing(RegistrationWrite write, long from, int node) =>
        write.Node != node && from - write.Acknowledged < LongestRead ? Invariant.FoundEverywhere : Invariant.AcknowledgedIsFound;

    private bool Outlives(RegistrationWrite write, long to) => write.Invoked + write.Ttl - allowances.Skew(write.Invoked, to) > to;

    private bool MayBeUndone(RegistrationWrite write, long to)
    {
        for (int i = _writes.Count - 1; i >= 0; i--)
        {
            RegistrationWrite other = _writes[i];
            if (other != write && other.Invoked < to && (other.IsUnregister || !Outlives(other, to))
                && !allowances.Precedes(other, write, to))
            {
                return true;
            }
        }

        return false;
    }

    private RegistrationWrite? SupersededBy(RegistrationWrite write, long from, long now)
    {
        for (int i = _writes.Count - 1; i >= 0; i--)
        {
            RegistrationWrite newer = _writes[i];
            if (newer.SeenFrom < from && allowances.Precedes(write, newer, now) && !MayProlongSince(write, newer, now)
                && !MayHaveExpiredBefore(write, newer)
                && !MayComeBack(write, newer, now))
            {
                return newer;
            }
        }

        return null;
    }

    // A late copy of an older REGISTER may prolong what this or a still newer one granted the same record for a shorter time. It may not
    // shorten it.
    private bool MayProlongSince(RegistrationWrite older, RegistrationWrite newer, long now)
    {
        for (int i = _writes.Count - 1; i >= 0 && !newer.IsUnregister; i--)
        {
            if (MayProlong(older, _writes[i], now) && !allowances.Precedes(_writes[i], newer, now))
            {
                return true;
            }
        }

        return false;
    }

    private bool MayProlong(RegistrationWrite older, RegistrationWrite newer, long now)
    {
        long last = allowances.LastDecision(older, now) + allowances.Skew(older.Invoked, now);
        return older != newer && older.Version == newer.Version && last >= newer.Invoked && last + older.Ttl >= newer.Invoked + newer.Ttl;
    }

    // An UNREGISTER that finds a registration expired leaves no trace either; at another node, whose clock is behind, it may live a little
    // longer.
    private bool MayHaveExpiredBefore(RegistrationWrite write, RegistrationWrite newer) =>
        newer is { IsUnregister: true, Acknowledged: { } acknowledged } && !Outlives(write, acknowledged);

    // Commands at two nodes in the same millisecond are in no order: an UNREGISTER that removes a registration does not keep copies of it
    // away then.
    private bool MayComeBack(RegistrationWrite write, RegistrationWrite newer, long now)
    {
        for (int i = _writes.Count - 1; i >= 0 && newer.IsUnregister && newer.Invoked <= allowances.LastDecision(write, now); i--)
        {
            RegistrationWrite other = _writes[i];
            if (other.IsUnregister && other.Node != write.Node
                && Math.Abs(other.Invoked - write.Invoked) <= allowances.Skew(write.Invoked, now))
            {
                return true;
            }
        }

        return false;
    }

    private void Prune(long now)
    {
        _writes.RemoveAll(write =>
        {
            if (SupersededBy(write, now - LongestRead, now) is not { } newer)
            {
                return false;
            }

            if (!write.IsUnregister)
            {
                _forgotten[write.Version] = newer.IsUnregister;
            }

            return true;
        });
    }
}
