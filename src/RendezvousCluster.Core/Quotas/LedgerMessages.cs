using RendezvousCluster.Libp2p.Identity;
using RendezvousCluster.Protocol;

namespace RendezvousCluster.Core.Quotas;

/// <summary>Something for the part of the ledger that knows a peer.</summary>
/// <param name="Peer">The peer.</param>
internal abstract record LedgerMessage(PeerDigest Peer);

/// <summary>Asks for a place for a registration, before its namespace is asked.</summary>
/// <param name="Peer">Who registers.</param>
/// <param name="Namespace">Where.</param>
/// <param name="TtlSeconds">For how long.</param>
/// <param name="Deadline">The command's deadline; later it gets no place.</param>
internal sealed record LedgerReserve(PeerDigest Peer, RendezvousNamespace Namespace, uint TtlSeconds, DateTimeOffset Deadline)
    : LedgerMessage(Peer)
{
    /// <summary>What it takes, and whose share it is.</summary>
    public PlaceCharge Charge { get; init; }

    internal static LedgerReserve For(RegisterCommand command) =>
        new(PeerDigest.Of(command.Peer), command.Namespace, command.TtlSeconds, command.Deadline) { Charge = PlaceCharge.For(command) };
}

/// <summary>The answer to a <see cref="LedgerReserve"/>.</summary>
internal sealed record LedgerReply(Reservation Reservation);

/// <summary>What became of a <see cref="LedgerReserve"/>.</summary>
internal enum Reservation
{
    /// <summary>The registration has a place, and had none before.</summary>
    New = 0,

    /// <summary>It had a place.</summary>
    Known = 1,

    /// <summary>
    /// It had a place, for longer than asked for now; it keeps it for that long until <see cref="LedgerNote"/> says otherwise.
    /// </summary>
    KnownForLonger = 2,

    /// <summary>No place: the peer's quota is reached.</summary>
    OverQuota = 3,

    /// <summary>No place: this part of the ledger is full.</summary>
    Full = 4,

    /// <summary>No place: the deadline has passed.</summary>
    TooLate = 5,

    /// <summary>No place: the peer's subnet holds its share of this part. Only nodes that name the subnet are answered so.</summary>
    OverShare = 6,

    /// <summary>
    /// No place, or no room for a larger record in the one that it has: this part has as many bytes as it can hold. Only nodes that say how
    /// many bytes they ask for are answered so.
    /// </summary>
    OverBytes = 7,
}

/// <summary>Says that a registration stands: it counts, also beyond the limits. Not answered.</summary>
/// <param name="Peer">Whose it is.</param>
/// <param name="Namespace">Where it is.</param>
/// <param name="ExpiresAt">Until when. A time, and not a span, as the message may be held up on the way.</param>
/// <param name="Deadline">The deadline of the command that made it; what a later command said stays.</param>
internal sealed record LedgerNote(PeerDigest Peer, RendezvousNamespace Namespace, DateTimeOffset ExpiresAt, DateTimeOffset Deadline)
    : LedgerMessage(Peer)
{
    /// <summary>What it takes, and whose share it is.</summary>
    public PlaceCharge Charge { get; init; }
}

/// <summary>Says that a peer has no registration in a namespace. Not answered.</summary>
/// <param name="Peer">The peer.</param>
/// <param name="Namespace">The namespace.</param>
/// <param name="Deadline">The deadline of the command that found or made it so; a place that a later command took stays.</param>
internal sealed record LedgerRelease(PeerDigest Peer, RendezvousNamespace Namespace, DateTimeOffset Deadline) : LedgerMessage(Peer)
{
    internal static LedgerRelease For(PeerId peer, RendezvousNamespace @namespace, DateTimeOffset deadline) =>
        new(PeerDigest.Of(peer), @namespace, deadline);
}

/// <summary>Asks in which namespaces a peer may have registrations.</summary>
/// <param name="Peer">The peer.</param>
/// <param name="After">0 at first, then the <see cref="LedgerListing.Next"/> of the page before.</param>
internal sealed record LedgerQuery(PeerDigest Peer, int After) : LedgerMessage(Peer);

/// <summary>A page of a peer's namespaces.</summary>
/// <param name="Namespaces">Where the peer has registrations, or had some seconds ago, or may have had.</param>
/// <param name="Next">Where the next page begins; 0 when there is none.</param>
/// <param name="KnownSince">When this part of the ledger came to life. Registrations from before may be missing here.</param>
internal sealed record LedgerListing(IReadOnlyList<RendezvousNamespace> Namespaces, int Next, DateTimeOffset KnownSince)
{
    /// <summary>
    /// Until when the registration in each of the namespaces counts, in their order; none from a node of an earlier version.
    /// </summary>
    public IReadOnlyList<DateTimeOffset> ExpiresAt { get; init; } = [];

    /// <summary>Whether all registrations from before <see cref="KnownSince"/> have ended.</summary>
    internal bool IsComplete(DateTimeOffset now) => now - KnownSince >= PeerLedgerState.LongestTtl + PeerLedgerState.ListedAfterExpiry;
}
