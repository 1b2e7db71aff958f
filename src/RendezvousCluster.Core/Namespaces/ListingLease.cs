using RendezvousCluster.Core.Directories;
using RendezvousCluster.Core.Ownership;

namespace RendezvousCluster.Core.Namespaces;

/// <summary>
/// The permit to write registrations of a namespace: the directory of namespaces lists it, on disk, for longer than they live. DISCOVER
/// without a namespace goes by that directory, so what is registered is found there too.
/// </summary>
/// <remarks>
/// A lease: it reaches a day beyond the last registration and is renewed half a day before its end, so a write has to wait for it only
/// when the namespace is new or has just been recovered. How active the namespace is it tells beside the writes, once a minute at most.
/// </remarks>
/// <param name="namespace">What is to be listed.</param>
/// <param name="announce"> Tells the directory. Its answer comes as <see cref="Announced"/> or <see cref="AnnouncementEnded"/>, not
/// before this returns. Never called while an announcement is under way.
/// </param>
/// <param name="term">For how long a listing is asked for.</param>
internal sealed class ListingLease(JournaledNamespace @namespace, Action<NamespaceAnnouncement> announce, ListingTerm? term = null)
    : IWritePermit<NamespaceEvent>
{
    private readonly ListingTerm _term = term ?? ListingTerm.Default;
    private DateTimeOffset _listedUntil = DateTimeOffset.MinValue;
    private DateTimeOffset _activeUntil = DateTimeOffset.MinValue;
    private NamespaceAnnouncement? _announcing;

    /// <inheritdoc/>
    public bool IsAsking => _announcing is not null;

    /// <inheritdoc/>
    public bool IsGranted(IReadOnlyList<NamespaceEvent> events, DateTimeOffset now)
    {
        if (LatestExpiry(events) is not { } expiry)
        {
            return true;
        }

        if (_announcing is null && (now >= _activeUntil || expiry + _term.Renewal > _listedUntil))
        {
            _announcing = new NamespaceAnnouncement(@namespace.State!.Namespace, expiry + _term.Margin, now + DirectoryState.ActivitySpan);
            announce(_announcing);
        }

        return expiry <= _listedUntil;
    }

    /// <summary>The directory has taken the announcement in.</summary>
    /// <param name="listedUntil">Until when the namespace is listed now.</param>
    public void Announced(DateTimeOffset listedUntil)
    {
        NamespaceAnnouncement ended = AnnouncementEnded();
        _listedUntil = listedUntil;
        _activeUntil = ended.ActiveUntil;
    }

    /// <summary>
    /// The directory has refused, or did not answer. If it was only about activity nothing needs to be done: a directory that was away
    /// takes everyone for active when it is back.
    /// </summary>
    public NamespaceAnnouncement AnnouncementEnded()
    {
        NamespaceAnnouncement ended = _announcing ?? throw new InvalidOperationException("No announcement is under way.");
        _announcing = null;
        return ended;
    }

    private static DateTimeOffset? LatestExpiry(IReadOnlyList<NamespaceEvent> events)
    {
        long latest = 0;
        for (int i = 0; i < events.Count; i++)
        {
            latest = Math.Max(latest, events[i] switch
            {
                Registered registered => registered.Registration.ExpiresAtUnixMilliseconds,
                Refreshed refreshed => refreshed.RegisteredAtUnixMilliseconds + (refreshed.TtlSeconds * 1000L),
                _ => 0,
            });
        }

        return latest == 0 ? null : DateTimeOffset.FromUnixTimeMilliseconds(latest);
    }
}
