using RendezvousCluster.Core.Directories;
using RendezvousCluster.Core.Namespaces;
using RendezvousCluster.Core.Ownership;
using RendezvousCluster.Core.Quotas;
using RendezvousCluster.Libp2p.Identity;
using RendezvousCluster.Protocol;
using RendezvousCluster.Protocol.Flavours;

namespace RendezvousCluster.Core;

/// <summary>A validated REGISTER.</summary>
/// <param name="Namespace">Where to register.</param>
/// <param name="Peer">The authenticated peer, who is also the record's.</param>
/// <param name="Envelope">The signed envelope, verbatim, or the PeerInfo of an unsigned one. It may be kept: nobody writes to this memory
/// any more.</param>
/// <param name="Flavour">The form it came in.</param>
/// <param name="RecordSequence">The record's sequence number, 0 for an unsigned registration; lower than the stored one is refused.</param>
/// <param name="TtlSeconds">The time to live to grant, within the limits.</param>
/// <param name="Deadline"> When the caller stops waiting; a command that is handled later is dropped. Of two commands of one peer the one
/// with the earlier deadline is taken for the older, so every caller waits for the same span.
/// </param>
public sealed record RegisterCommand(
    RendezvousNamespace Namespace,
    PeerId Peer,
    ReadOnlyMemory<byte> Envelope,
    RegistrationFlavour Flavour,
    ulong RecordSequence,
    uint TtlSeconds,
    DateTimeOffset Deadline) : INamespaceCommand
{
    /// <summary>Whether it may make a registration that is not there yet; the registry sets it on the way.</summary>
    internal Admission Admission { get; init; }

    /// <summary>A key of the subnet from which the peer asks, and whose share it takes; 0 for one that does not count.</summary>
    internal UInt128 Subnet { get; init; }

    INamespaceReply INamespaceRequest.Refuse(RefusalReason reason) => reason == RefusalReason.NotPermitted
        ? RegistryReplies.NotAdmitted(reason.ToStatus(), reason.ToText())
        : RegistryReplies.Register(reason.ToStatus(), reason.ToText());
}

/// <summary>The answer to a <see cref="RegisterCommand"/>.</summary>
/// <param name="Status">OK, or why not.</param>
/// <param name="StatusText">What the caller should change; empty when OK.</param>
/// <param name="TtlSeconds">The granted time to live, when OK.</param>
public sealed record RegisterReply(RendezvousStatus Status, string StatusText, uint TtlSeconds) : INamespaceReply
{
    /// <summary>
    /// Whether it is certain that the peer has no registration there now. A refusal alone does not say so. For the ledger only.
    /// </summary>
    internal bool IsAbsent { get; init; }
}

/// <summary>A validated UNREGISTER.</summary>
/// <param name="Namespace">Which registration to remove; null removes all of the peer's.</param>
/// <param name="Peer">The authenticated peer.</param>
/// <param name="Deadline">When the caller stops waiting; see <see cref="RegisterCommand"/>.</param>
public sealed record UnregisterCommand(RendezvousNamespace? Namespace, PeerId Peer, DateTimeOffset Deadline) : INamespaceCommand
{
    INamespaceReply INamespaceRequest.Refuse(RefusalReason reason) => new UnregisterReply(reason.ToStatus());
}

/// <summary>
/// The answer to an <see cref="UnregisterCommand"/>. It is not sent to the peer (the spec has no response); it orders what follows.
/// </summary>
/// <param name="Status">OK, also when there was nothing to remove; else why it is not known to be done.</param>
public sealed record UnregisterReply(RendezvousStatus Status) : INamespaceReply;

/// <summary>A validated DISCOVER of one namespace.</summary>
/// <param name="Namespace">Which namespace to read.</param>
/// <param name="AfterRevision">Only registrations with a higher revision: the cookie's. 0 reads from the start.</param>
/// <param name="Limit">How many at most, 1 to 1000.</param>
/// <param name="MaxBytes">How many bytes of envelopes at most; the first registration is returned even when it alone is larger.</param>
/// <param name="Deadline">When the caller stops waiting.</param>
public sealed record DiscoverQuery(RendezvousNamespace Namespace, ulong AfterRevision, int Limit, int MaxBytes, DateTimeOffset Deadline)
    : INamespaceRequest
{
    /// <summary>Which flavours are wanted.</summary>
    public FlavourPreference Flavours { get; init; }

    /// <summary>
    /// The flavours that the caller has read up to <see cref="AfterRevision"/>. When it is to be shown others, they are read from the
    /// start: it has not seen them.
    /// </summary>
    public RegistrationFlavours FlavoursRead { get; init; } = RegistrationFlavours.All;

    /// <summary>The revision after which the chosen flavours are read.</summary>
    internal ulong AfterRevisionFor(RegistrationFlavours chosen) =>
        (chosen & ~FlavoursRead) == RegistrationFlavours.None ? AfterRevision : 0;

    INamespaceReply INamespaceRequest.Refuse(RefusalReason reason) => RegistryReplies.Discover(reason.ToStatus(), reason.ToText());
}

/// <summary>The answer to a <see cref="DiscoverQuery"/>.</summary>
/// <param name="Status">OK, or why not (<see cref="RendezvousStatus.InvalidCookie"/> for a revision that was never given out).</param>
/// <param name="StatusText">What the caller should change; empty when OK.</param>
/// <param name="Registrations">Live registrations, ascending by revision.</param>
/// <param name="CookieRevision">What to ask after next time: the last revision returned, or the query's own when nothing was.</param>
public sealed record DiscoverReply(
    RendezvousStatus Status,
    string StatusText,
    IReadOnlyList<DiscoveredRegistration> Registrations,
    ulong CookieRevision) : INamespaceReply
{
    /// <summary>
    /// The flavours that were chosen, of which nothing is left out; none when the namespace holds nothing that the caller may read, or when
    /// a node of an older version answers, which chooses nothing and returns all.
    /// </summary>
    public RegistrationFlavours Flavours { get; init; }

    /// <summary>
    /// Whether nothing follows these registrations, so that asking on would be in vain. False when something does, and when a node of an
    /// older version answers, which does not say.
    /// </summary>
    public bool IsComplete { get; init; }
}

/// <summary>A validated DISCOVER that names no namespace: a part of a walk over all.</summary>
/// <param name="Position">Where to go on: the cookie's, or <see cref="WalkPosition.Start"/>.</param>
/// <param name="Limit">How many registrations at most, 1 to 1000.</param>
/// <param name="MaxBytes">How many bytes of envelopes at most; the first registration is returned even when it alone is larger.</param>
/// <param name="Deadline">When the caller stops waiting.</param>
public sealed record DiscoverAllQuery(WalkPosition Position, int Limit, int MaxBytes, DateTimeOffset Deadline)
{
    /// <summary>Which flavours are wanted; chosen for each namespace by itself.</summary>
    public FlavourPreference Flavours { get; init; }
}

/// <summary>The answer to a <see cref="DiscoverAllQuery"/>.</summary>
/// <param name="Status">OK, or why not (<see cref="RendezvousStatus.InvalidCookie"/> for a position that was never given out).</param>
/// <param name="StatusText">What the caller should change; empty when OK.</param>
/// <param name="Registrations">Live registrations, namespace by namespace, ascending by revision in each. May be few, or none, before the
/// end.</param>
/// <param name="Next">Where to go on next time: in this walk, or at the beginning of the next, which brings what is new.</param>
/// <param name="IsComplete">Whether this walk has come to its end.</param>
public sealed record DiscoverAllReply(
    RendezvousStatus Status,
    string StatusText,
    IReadOnlyList<DiscoveredRegistration> Registrations,
    WalkPosition Next,
    bool IsComplete);

/// <summary>One live registration of a page: a view of what is stored, so that a page needs no object for each.</summary>
/// <param name="Namespace">Where it is registered.</param>
/// <param name="Envelope">The signed envelope, or the unsigned PeerInfo, verbatim.</param>
/// <param name="Flavour">Its form.</param>
/// <param name="RemainingTtlSeconds">Seconds left, rounded down, at least 1.</param>
/// <param name="Revision">Its revision.</param>
public readonly record struct DiscoveredRegistration(
    RendezvousNamespace Namespace,
    ReadOnlyMemory<byte> Envelope,
    RegistrationFlavour Flavour,
    uint RemainingTtlSeconds,
    ulong Revision);
