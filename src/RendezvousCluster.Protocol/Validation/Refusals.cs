using RendezvousCluster.Libp2p.Records;

namespace RendezvousCluster.Protocol.Validation;

/// <summary>
/// Every refusal that a point gives of its own accord, in one place: the status, and the sentence that says what to change. Those
/// that depend on what is stored come from the registry.
/// </summary>
internal static class Refusals
{
    // --- namespace ----------------------------------------------------------------------------------------------------

    public static readonly Refusal NamespaceMissing = new(
        RendezvousStatus.InvalidNamespace, "A namespace is required: 1 to 255 bytes of UTF-8.");

    public static readonly Refusal NamespaceTooLong = new(
        RendezvousStatus.InvalidNamespace, "The namespace is too long: at most 255 bytes of UTF-8.");

    public static readonly Refusal NamespaceNotUtf8 = new(
        RendezvousStatus.InvalidNamespace, "The namespace is not valid UTF-8.");

    public static readonly Refusal AllNamespacesNotServed = new(
        RendezvousStatus.NotAuthorized, "This point does not list all namespaces: name one.");

    // --- signed peer record -------------------------------------------------------------------------------------------

    public static readonly Refusal RecordMissing = new(
        RendezvousStatus.InvalidSignedPeerRecord, "signedPeerRecord is required: your own signed peer record (RFC 0003).");

    public static readonly Refusal RecordMalformed = new(
        RendezvousStatus.InvalidSignedPeerRecord,
        "signedPeerRecord cannot be read: send an RFC 0002 envelope around an RFC 0003 peer record.");

    public static readonly Refusal RecordPayloadType = new(
        RendezvousStatus.InvalidSignedPeerRecord,
        "The envelope's payload type is not that of a peer record (03 01, or /libp2p/routing-state-record).");

    public static readonly Refusal RecordPublicKey = new(
        RendezvousStatus.InvalidSignedPeerRecord, "The envelope's public key is malformed or of an unsupported type.");

    public static readonly Refusal RecordSignature = new(
        RendezvousStatus.InvalidSignedPeerRecord, "The envelope's signature does not verify.");

    public static readonly Refusal RecordKeyMismatch = new(
        RendezvousStatus.InvalidSignedPeerRecord, "The record names another peer than the key that signed it.");

    public static readonly Refusal RecordWithoutAddresses = new(
        RendezvousStatus.InvalidSignedPeerRecord,
        "The record has no addresses: nobody could reach you. Confirm an external address first.");

    public static readonly Refusal ForeignAddress = new(
        RendezvousStatus.InvalidSignedPeerRecord,
        "An address of the record ends in another peer's id and leads there: leave it out, or put /p2p-circuit behind a relay's id.");

    public static readonly Refusal UnsignedNotAllowed = new(
        RendezvousStatus.InvalidSignedPeerRecord,
        "This point takes signed records only, and an unsigned PeerInfo came: send an RFC 0002 envelope around an RFC 0003 peer record.");

    public static readonly Refusal UnsignedAddress = new(
        RendezvousStatus.InvalidSignedPeerRecord,
        "An address of the PeerInfo is no multiaddr known here, or ends in another peer's id: leave it out.");

    public static readonly Refusal RecordOfAnotherPeer = new(
        RendezvousStatus.NotAuthorized, "The record is another peer's: a peer can register only itself.");

    // --- cookie -------------------------------------------------------------------------------------------------------

    public static readonly Refusal CookieInvalid = new(
        RendezvousStatus.InvalidCookie, "The cookie is not one of this namespace: discover again without a cookie.");

    public static readonly Refusal WalkCookieInvalid = new(
        RendezvousStatus.InvalidCookie, "The cookie is not one of a walk over all namespaces: discover again without a cookie.");

    // --- load and failures --------------------------------------------------------------------------------------------

    public static readonly Refusal NodeBusy = new(
        RendezvousStatus.Unavailable, "Too many requests in flight at this node: try again shortly, or at another node.");

    public static readonly Refusal ConnectionBusy = new(
        RendezvousStatus.Unavailable, "Too many requests under way on your connection: read the answers, and ask less at once.");

    public static readonly Refusal CommandsQueued = new(
        RendezvousStatus.Unavailable, "Too many of your own commands for this namespace are waiting: await their answers first.");

    public static readonly Refusal RegisterTimedOut = new(
        RendezvousStatus.Unavailable, "The registry did not answer in time; the registration may or may not be stored: register again.");

    /// <summary>Nobody reads the text: the stream is reset.</summary>
    public static readonly Refusal UnregisterTimedOut = new(
        RendezvousStatus.Unavailable, "The registry did not answer in time: unregister again.");

    public static readonly Refusal DiscoverTimedOut = new(
        RendezvousStatus.Unavailable, "The registry did not answer in time: discover again.");

    public static readonly Refusal InternalError = new(
        RendezvousStatus.InternalError, "The request failed at this node through no fault of yours: try again.");

    public static Refusal EnvelopeTooLarge(int maxBytes) => new(
        RendezvousStatus.InvalidSignedPeerRecord, $"The signed peer record is too large: at most {maxBytes} bytes.");

    public static Refusal TooManyAddresses(int maxAddresses) => new(
        RendezvousStatus.InvalidSignedPeerRecord, $"The record has too many addresses: at most {maxAddresses}.");

    public static Refusal TtlOutOfRange(uint minSeconds, uint maxSeconds) => new(
        RendezvousStatus.InvalidTtl, $"ttl must be from {minSeconds} to {maxSeconds} seconds, or absent for the default.");

    /// <summary>The refusal for what <see cref="SignedPeerRecord.TryOpen"/> found.</summary>
    public static Refusal OfRecord(SignedPeerRecordError error, RendezvousLimits limits) => error switch
    {
        SignedPeerRecordError.TooLarge => EnvelopeTooLarge(limits.MaxEnvelopeBytes),
        SignedPeerRecordError.TooManyAddresses => TooManyAddresses(limits.MaxAddresses),
        SignedPeerRecordError.UnknownPayloadType => RecordPayloadType,
        SignedPeerRecordError.InvalidPublicKey => RecordPublicKey,
        SignedPeerRecordError.InvalidSignature => RecordSignature,
        SignedPeerRecordError.PeerIdMismatch => RecordKeyMismatch,
        _ => RecordMalformed,
    };
}
