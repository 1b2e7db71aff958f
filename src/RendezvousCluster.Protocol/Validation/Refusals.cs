using RendezvousCluster.Libp2p.Records;

namespace RendezvousCluster.Protocol.Validation;

/// <summary>
/// Every refusal that a point gives without asking what is stored: the status, and its sentence of <see cref="StatusTexts"/>.
/// </summary>
internal static class Refusals
{
    // --- namespace ----------------------------------------------------------------------------------------------------

    public static readonly Refusal NamespaceMissing = new(RendezvousStatus.InvalidNamespace, StatusTexts.NamespaceMissing);

    public static readonly Refusal NamespaceTooLong = new(RendezvousStatus.InvalidNamespace, StatusTexts.NamespaceTooLong);

    public static readonly Refusal NamespaceNotUtf8 = new(RendezvousStatus.InvalidNamespace, StatusTexts.NamespaceNotUtf8);

    public static readonly Refusal AllNamespacesNotServed = new(RendezvousStatus.NotAuthorized, StatusTexts.AllNamespacesNotServed);

    // --- signed peer record -------------------------------------------------------------------------------------------

    public static readonly Refusal RecordMissing = new(RendezvousStatus.InvalidSignedPeerRecord, StatusTexts.RecordMissing);

    public static readonly Refusal RecordMalformed = new(RendezvousStatus.InvalidSignedPeerRecord, StatusTexts.RecordMalformed);

    public static readonly Refusal RecordPayloadType = new(RendezvousStatus.InvalidSignedPeerRecord, StatusTexts.RecordPayloadType);

    public static readonly Refusal RecordPublicKey = new(RendezvousStatus.InvalidSignedPeerRecord, StatusTexts.RecordPublicKey);

    public static readonly Refusal RecordSignature = new(RendezvousStatus.InvalidSignedPeerRecord, StatusTexts.RecordSignature);

    public static readonly Refusal RecordKeyMismatch = new(RendezvousStatus.InvalidSignedPeerRecord, StatusTexts.RecordKeyMismatch);

    public static readonly Refusal RecordWithoutAddresses = new(
        RendezvousStatus.InvalidSignedPeerRecord, StatusTexts.RecordWithoutAddresses);

    public static readonly Refusal ForeignAddress = new(RendezvousStatus.InvalidSignedPeerRecord, StatusTexts.ForeignAddress);

    public static readonly Refusal UnsignedNotAllowed = new(RendezvousStatus.InvalidSignedPeerRecord, StatusTexts.UnsignedNotAllowed);

    public static readonly Refusal UnsignedAddress = new(RendezvousStatus.InvalidSignedPeerRecord, StatusTexts.UnsignedAddress);

    public static readonly Refusal RecordOfAnotherPeer = new(RendezvousStatus.NotAuthorized, StatusTexts.RecordOfAnotherPeer);

    // --- cookie -------------------------------------------------------------------------------------------------------

    public static readonly Refusal CookieInvalid = new(RendezvousStatus.InvalidCookie, StatusTexts.CookieInvalid);

    public static readonly Refusal WalkCookieInvalid = new(RendezvousStatus.InvalidCookie, StatusTexts.WalkCookieInvalid);

    // --- load and failures --------------------------------------------------------------------------------------------

    public static readonly Refusal NodeBusy = new(RendezvousStatus.Unavailable, StatusTexts.NodeBusy);

    public static readonly Refusal ConnectionBusy = new(RendezvousStatus.Unavailable, StatusTexts.ConnectionBusy);

    public static readonly Refusal CommandsQueued = new(RendezvousStatus.Unavailable, StatusTexts.CommandsQueued);

    public static readonly Refusal RegisterTimedOut = new(RendezvousStatus.Unavailable, StatusTexts.RegisterTimedOut);

    /// <summary>The peer does not read the text: the stream is reset.</summary>
    public static readonly Refusal UnregisterTimedOut = new(RendezvousStatus.Unavailable, StatusTexts.UnregisterTimedOut);

    public static readonly Refusal DiscoverTimedOut = new(RendezvousStatus.Unavailable, StatusTexts.DiscoverTimedOut);

    public static readonly Refusal InternalError = new(RendezvousStatus.InternalError, StatusTexts.InternalError);

    public static Refusal EnvelopeTooLarge(int maxBytes) =>
        new(RendezvousStatus.InvalidSignedPeerRecord, StatusTexts.EnvelopeTooLarge(maxBytes));

    public static Refusal TooManyAddresses(int maxAddresses) =>
        new(RendezvousStatus.InvalidSignedPeerRecord, StatusTexts.TooManyAddresses(maxAddresses));

    public static Refusal TtlOutOfRange(uint minSeconds, uint maxSeconds) =>
        new(RendezvousStatus.InvalidTtl, StatusTexts.TtlOutOfRange(minSeconds, maxSeconds));

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
