using RendezvousCluster.Core.Ownership;
using RendezvousCluster.Protocol;

namespace RendezvousCluster.Core.Directories;

/// <summary>
/// One part of the directory: the namespaces whose keys begin with the same bits, in the order of their keys. Pure, as a namespace's state
/// is.
/// </summary>
/// <remarks>
/// <para>
/// A namespace is listed before its first registration is committed, and for longer than any of its registrations lives; it prolongs that
/// in good time. So every live registration is in a listed namespace, also while that is asleep, and after any crash. The reverse does not
/// hold, and need not: a listed namespace without registrations costs a walk one question, and the entry ends by itself.
/// </para>
/// <para>
/// A walk that only wants what is new skips namespaces that had no REGISTER for a while. When that was is not written down. A namespace
/// says once a minute that it is active and for how long that holds; and an owner of the part that has just recovered knows of nobody, so
/// it takes everyone for active for as long as one such announcement could hold.
/// </para>
/// </remarks>
internal sealed class DirectoryState(int maxNamespaces)
{
    /// <summary>For how long an announcement of activity holds.</summary>
    internal static readonly TimeSpan ActivitySpan = TimeSpan.FromMinutes(1);

    /// <summary>
    /// How many namespaces one part lists: a million in all, at most half a GiB of names. Names cost a peer nothing, so there has to be an
    /// end; namespaces that are listed go on as before when it is reached.
    /// </summary>
    internal const int DefaultMaxNamespaces = 1_000_000 / DirectoryParts.Count;

    /// <summary>Entries whose time is over are freed this often.</summary>
    internal static readonly TimeSpan SweepInterval = TimeSpan.FromMinutes(1);

    private readonly Dictionary<NamespaceKey, Entry> _entries = [];
    private readonly SortedSet<NamespaceKey> _order = [];
    private DateTimeOffset _allActiveUntil = DateTimeOffset.MinValue;
    private DateTimeOffset _sweepAgainAt = DateTimeOffset.MinValue;

    /// <summary>How many namespaces are listed, with those whose time is over but that are not swept yet.</summary>
    public int Count => _entries.Count;

    /// <summary>The entries as events: all that a snapshot needs.</summary>
    public IEnumerable<NamespaceListed> Entries => _entries.Values.Select(entry => new NamespaceListed(entry.Namespace, entry.ListedUntil));

    /// <summary>The journal is read: from now on activity is known.</summary>
    public void Recovered(DateTimeOffset now)
    {
        _allActiveUntil = now + ActivitySpan;
        Sweep(now);
    }

    /// <summary>
    /// Takes an announcement in: the activity at once, the listing as an event to commit first, if it is news. A status other than OK is a
    /// refusal.
    /// </summary>
    /// <param name="announcement">What a namespace announces.</param>
    /// <param name="growth">How many new namespaces are decided before this one and not applied yet: they need room too.</param>
    public (NamespaceListed? Event, RendezvousStatus Status) Decide(NamespaceAnnouncement announcement, int growth = 0)
    {
        long until = announcement.ListedUntil.ToUnixTimeMilliseconds();
        if (_entries.TryGetValue(NamespaceKey.Of(announcement.Namespace), out Entry? entry))
        {
            entry.ActiveUntil = Later(entry.ActiveUntil, announcement.ActiveUntil);
            if (entry.ListedUntil >= until)
            {
                return (null, RendezvousStatus.Ok);
            }
        }
        else if (_entries.Count + growth >= maxNamespaces)
        {
            return (null, RendezvousStatus.Unavailable);
        }

        return (new NamespaceListed(announcement.Namespace, until), RendezvousStatus.Ok);
    }

    /// <summary>Takes a committed event in.</summary>
    /// <param name="event">The event.</param>
    /// <param name="activeUntil">Until when the namespace is active, if it is known.</param>
    public void Apply(NamespaceListed @event, DateTimeOffset activeUntil)
    {
        NamespaceKey key = NamespaceKey.Of(@event.Namespace);
        if (_entries.TryGetValue(key, out Entry? entry))
        {
            entry.ListedUntil = Math.Max(entry.ListedUntil, @event.UntilUnixMilliseconds);
            entry.ActiveUntil = Later(entry.ActiveUntil, activeUntil);
        }
        else
        {
            _entries.Add(key, new Entry(@event.Namespace, @event.UntilUnixMilliseconds, activeUntil));
            _order.Add(key);
        }
    }

    /// <summary>Until when a namespace is listed; null when it is not.</summary>
    public DateTimeOffset? ListedUntil(RendezvousNamespace @namespace) =>
        _entries.TryGetValue(NamespaceKey.Of(@namespace), out Entry? entry)
            ? DateTimeOffset.FromUnixTimeMilliseconds(entry.ListedUntil)
            : null;

    /// <summary>Reads a part of the list. Where it continues is within this part of the directory, or null behind its last entry.</summary>
    public NamespaceListing List(ListingQuery query, DateTimeOffset now)
    {
        var listed = new List<RendezvousNamespace>();
        long nowMilliseconds = now.ToUnixTimeMilliseconds();
        bool all = _allActiveUntil >= query.ActiveSince;
        foreach (NamespaceKey key in _order.GetViewBetween(query.From, NamespaceKey.Last))
        {
            Entry entry = _entries[key];
            if (entry.ListedUntil <= nowMilliseconds || (!all && entry.ActiveUntil < query.ActiveSince))
            {
                continue;
            }

            if (listed.Count == query.Limit)
            {
                return new NamespaceListing(listed, key);
            }

            listed.Add(entry.Namespace);
        }

        return new NamespaceListing(listed, null);
    }

    /// <summary>
    /// Frees entries whose time is over if the next batch may need their room. Not between deciding and applying: an entry that is decided
    /// to be prolonged takes no new room. A part is looked through for room now and then, not for each that asks.
    /// </summary>
    public void SweepIfFull(DateTimeOffset now)
    {
        if (_entries.Count + GroupCommitLimits.MaxBatch > maxNamespaces && now >= _sweepAgainAt)
        {
            _sweepAgainAt = now + SweepInterval;
            Sweep(now);
        }
    }

    /// <summary>Frees entries whose time is over.</summary>
    /// <returns>How many were freed.</returns>
    public int Sweep(DateTimeOffset now)
    {
        long nowMilliseconds = now.ToUnixTimeMilliseconds();
        int swept = 0;
        foreach ((NamespaceKey key, Entry entry) in _entries)
        {
            if (entry.ListedUntil <= nowMilliseconds)
            {
                _entries.Remove(key);
                _order.Remove(key);
                swept++;
            }
        }

        return swept;
    }

    private static DateTimeOffset Later(DateTimeOffset left, DateTimeOffset right) => left > right ? left : right;

    private sealed class Entry(RendezvousNamespace @namespace, long listedUntil, DateTimeOffset activeUntil)
    {
        public RendezvousNamespace Namespace { get; } = @namespace;

        public long ListedUntil { get; set; } = listedUntil;

        public DateTimeOffset ActiveUntil { get; set; } = activeUntil;
    }
}
