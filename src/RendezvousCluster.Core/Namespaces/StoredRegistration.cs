using RendezvousCluster.Libp2p.Identity;
using RendezvousCluster.Protocol;
using RendezvousCluster.Protocol.Flavours;

namespace RendezvousCluster.Core.Namespaces;

/// <summary>
/// One stored registration: the event that makes it brings it, a snapshot keeps it, and the page of a DISCOVER refers to it. All that it
/// says is fixed; a refresh makes a new one that shares the peer and the envelope. Neither the peer's addresses nor its id are kept apart
/// from what is here: at a million registrations every field is a megabyte or eight.
/// </summary>
internal sealed class StoredRegistration(
    PeerId peer,
    byte[] envelope,
    RegistrationFlavour flavour,
    ulong recordSequence,
    ulong revision,
    long expiresAtUnixMilliseconds,
    long deadlineUnixMilliseconds,
    uint ttlSeconds = 0,
    bool isEstimated = false)
{
    // The longest that a caller may be made to wait by the settings.
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(1);

    /// <summary>The peer that registered.</summary>
    public PeerId Peer { get; } = peer;

    /// <summary>The signed envelope, verbatim. Nobody writes to it.</summary>
    public byte[] Envelope { get; } = envelope;

    /// <summary>The record's own sequence number.</summary>
    public ulong RecordSequence { get; } = recordSequence;

    /// <summary>Its place in the order of the namespace.</summary>
    public ulong Revision { get; } = revision;

    /// <summary>From this time on it is gone.</summary>
    public long ExpiresAtUnixMilliseconds { get; } = expiresAtUnixMilliseconds;

    /// <summary>The deadline of the command that made it; a command with an earlier one is the older command.</summary>
    public long DeadlineUnixMilliseconds { get; } = deadlineUnixMilliseconds;

    /// <summary>The time to live that was granted; what it has left is never more.</summary>
    public uint TtlSeconds { get; } =
        ttlSeconds > 0 ? ttlSeconds : GuessTtlSeconds(revision, expiresAtUnixMilliseconds, deadlineUnixMilliseconds);

    /// <summary>
    /// Whether its times are an estimate: another process wrote them, by a wall clock that need not have been this one's.
    /// </summary>
    public bool IsEstimated { get; } = isEstimated;

    /// <summary>Where it stands in the <see cref="ExpiryQueue"/>, which alone uses this; -1 outside of it.</summary>
    internal int QueuePosition { get; set; } = -1;

    /// <summary>The form of the envelope.</summary>
    public RegistrationFlavour Flavour { get; } = flavour;

    /// <summary>Whether it still counts. Expiry is this comparison and nothing else.</summary>
    public bool IsLive(DateTimeOffset now) => ExpiresAtUnixMilliseconds > now.ToUnixTimeMilliseconds();

    /// <summary>The same registration with new times and a new revision.</summary>
    public StoredRegistration Refresh(
        ulong revision, long expiresAtUnixMilliseconds, long deadlineUnixMilliseconds, uint ttlSeconds, bool isEstimated = false) => new(
        Peer, Envelope, Flavour, RecordSequence, revision, expiresAtUnixMilliseconds, deadlineUnixMilliseconds, ttlSeconds, isEstimated);

    /// <summary>
    /// The registration for one more queue: itself, or a copy while it stands in another. Its place in a queue is the only thing about it
    /// that changes, and an event or a snapshot that is read twice in one process would otherwise give two queues one registration.
    /// </summary>
    public StoredRegistration ForQueue() =>
        QueuePosition < 0 ? this : Refresh(Revision, ExpiresAtUnixMilliseconds, DeadlineUnixMilliseconds, TtlSeconds, IsEstimated);

    /// <summary>Seconds left, rounded down, at least 1 and never more than were granted.</summary>
    public uint RemainingTtlSeconds(DateTimeOffset now) =>
        (uint)Math.Clamp((ExpiresAtUnixMilliseconds - now.ToUnixTimeMilliseconds()) / 1000, 1, TtlSeconds);

    // Snapshots of older versions do not say it. The revision is of the moment of the grant unless the clock went back before; the
    // deadline is some seconds later, regardless.
    private static uint GuessTtlSeconds(ulong revision, long expiresAt, long deadline)
    {
        long byDeadline = expiresAt - deadline;
        long byRevision = expiresAt - Clocks.Revision.UnixMillisecondsOf(revision);
        long guess = byRevision >= byDeadline && byRevision <= byDeadline + (long)LongestWait.TotalMilliseconds ? byRevision : byDeadline;
        return (uint)Math.Clamp((guess + 999) / 1000, 1, RendezvousLimits.LongestTtlSeconds);
    }
}
