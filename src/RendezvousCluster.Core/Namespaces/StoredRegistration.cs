using RendezvousCluster.Libp2p.Identity;
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
    long deadlineUnixMilliseconds)
{
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

    /// <summary>Where it stands in the <see cref="ExpiryQueue"/>, which alone uses this; -1 outside of it.</summary>
    internal int QueuePosition { get; set; } = -1;

    /// <summary>The form of the envelope.</summary>
    public RegistrationFlavour Flavour { get; } = flavour;

    /// <summary>Whether it still counts. Expiry is this comparison and nothing else.</summary>
    public bool IsLive(DateTimeOffset now) => ExpiresAtUnixMilliseconds > now.ToUnixTimeMilliseconds();

    /// <summary>The same registration with new times and a new revision.</summary>
    public StoredRegistration Refresh(ulong revision, long expiresAtUnixMilliseconds, long deadlineUnixMilliseconds) =>
        new(Peer, Envelope, Flavour, RecordSequence, revision, expiresAtUnixMilliseconds, deadlineUnixMilliseconds);

    /// <summary>
    /// The registration for one more queue: itself, or a copy while it stands in another. Its place in a queue is the only thing about it
    /// that changes, and an event or a snapshot that is read twice in one process would otherwise give two queues one registration.
    /// </summary>
    public StoredRegistration ForQueue() =>
        QueuePosition < 0 ? this : Refresh(Revision, ExpiresAtUnixMilliseconds, DeadlineUnixMilliseconds);

    /// <summary>Seconds left, rounded down, at least 1.</summary>
    public uint RemainingTtlSeconds(DateTimeOffset now) =>
        (uint)Math.Max(1, (ExpiresAtUnixMilliseconds - now.ToUnixTimeMilliseconds()) / 1000);
}
