using RendezvousCluster.Core.Directories;
using RendezvousCluster.Core.Namespaces;
using RendezvousCluster.Protocol;

namespace RendezvousCluster.Core.Ownership;

internal sealed partial class NamespaceOwner<TCaller>
{
    /// <summary>How far a listing reaches beyond the last registration.</summary>
    internal static readonly TimeSpan ListingMargin = TimeSpan.FromHours(24);

    /// <summary>With less than this left beyond the last registration a listing is renewed, beside the writes.</summary>
    internal static readonly TimeSpan ListingRenewal = TimeSpan.FromHours(12);

    private DateTimeOffset _listedUntil = DateTimeOffset.MinValue;
    private DateTimeOffset _activeUntil = DateTimeOffset.MinValue;
    private NamespaceAnnouncement? _announcing;
    private bool _writeAwaitsListing;

    /// <summary>The directory has taken the announcement in.</summary>
    /// <param name="listedUntil">Until when the namespace is listed now.</param>
    /// <param name="now">The time.</param>
    public void Announced(DateTimeOffset listedUntil, DateTimeOffset now)
    {
        _listedUntil = listedUntil;
        _activeUntil = EndAnnouncement().ActiveUntil;
        if (_writeAwaitsListing)
        {
            _writeAwaitsListing = false;
            if (port.IsJournalAway)
            {
                GiveUpWrite(now, Refuse);
            }
            else if (IsListed(_eventsInFlight, now))
            {
                WriteIfTrusted();
            }
        }
    }

    /// <summary>The directory has no room for another namespace.</summary>
    public void AnnouncementRefused(DateTimeOffset now) => GiveUpListing(now, waiting => port.Reply(
        waiting.Caller,
        waiting.Reply is UnregisterReply
            ? new UnregisterReply(RendezvousStatus.Unavailable)
            : RegistryReplies.NotAdmitted(RendezvousStatus.Unavailable, StatusTexts.TooManyNamespaces)));

    /// <summary>
    /// The directory did not answer. A write that has to wait for it is given up. If it was only about activity nothing needs to be done: a directory
    /// that was away takes everyone for active when it is back.
    /// </summary>
    public void AnnouncementFailed(DateTimeOffset now) => GiveUpListing(now, waiting => port.RetryLater(waiting.Caller));

    // Answers whether the events may be written now; if not, they wait for the directory.
    private bool IsListed(IReadOnlyList<NamespaceEvent> events, DateTimeOffset now)
    {
        if (LatestExpiry(events) is not { } expiry)
        {
            return true;
        }

        bool listed = expiry <= _listedUntil;
        _writeAwaitsListing = !listed;
        if (_announcing is null && (now >= _activeUntil || expiry + ListingRenewal > _listedUntil))
        {
            _announcing = new NamespaceAnnouncement(State!.Namespace, expiry + ListingMargin, now + DirectoryState.ActivitySpan);
            port.Announce(_announcing);
        }

        return listed;
    }

    private static DateTimeOffset? LatestExpiry(IReadOnlyList<NamespaceEvent> events)
    {
        long latest = 0;
        for (int i = 0; i < events.Count; i++)
        {
            latest = Math.Max(latest, events[i] switch
            {
                Registered registered => registered.RegisteredAtUnixMilliseconds + (registered.TtlSeconds * 1000L),
                Refreshed refreshed => refreshed.RegisteredAtUnixMilliseconds + (refreshed.TtlSeconds * 1000L),
                _ => 0,
            });
        }

        return latest == 0 ? null : DateTimeOffset.FromUnixTimeMilliseconds(latest);
    }

    private NamespaceAnnouncement EndAnnouncement()
    {
        NamespaceAnnouncement ended = _announcing ?? throw new InvalidOperationException("No announcement is under way.");
        _announcing = null;
        return ended;
    }

    private void GiveUpListing(DateTimeOffset now, Action<WaitingReply> tell)
    {
        EndAnnouncement();
        if (_writeAwaitsListing)
        {
            _writeAwaitsListing = false;
            GiveUpWrite(now, tell);
        }
    }
}
