using RendezvousCluster.Libp2p.Identity;
using RendezvousCluster.Protocol.Dialects;

namespace RendezvousCluster.Core.Namespaces;

/// <summary>
/// One stored registration. All that it says is fixed; a refresh makes a new one that shares the peer and the envelope. Neither the peer's
/// addresses nor its id are kept apart from what is here: at a million registrations every field is a megabyte or eight.
/// </summary>
internal sealed class Registration(
    PeerId peer,
    byte[] envelope,
    RegistrationFlavour flavour,
    ulong recordSequence,
    ulong revision,
    long expiresAtUnixMilliseconds,
    long deadlineUnixMilliseconds)
{
    /// <summary>Who registered.</summary>
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

    /// <summary>The same registration for another queue: its place in one is the only thing about it that changes.</summary>
    public Registration Copy() =>
        new(Peer, Envelope, Flavour, RecordSequence, Revision, ExpiresAtUnixMilliseconds, DeadlineUnixMilliseconds);

    /// <summary>Seconds left, rounded down, at least 1.</summary>
    public uint RemainingTtlSeconds(DateTimeOffset now) =>
        (uint)Math.Max(1, (ExpiresAtUnixMilliseconds - now.ToUnixTimeMilliseconds()) / 1000);
}
