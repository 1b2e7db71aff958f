namespace RendezvousCluster.Protocol;

/// <summary>
/// Every sentence that a refused caller reads, in one place: what happened, and what to change. Which status goes with it is decided where
/// it is given: by the front end (<see cref="Validation.Refusals"/>), or by the registry.
/// </summary>
internal static class StatusTexts
{
    // --- what is wrong with a request, or too much for a node ----------------------------------------------------------

    internal const string NamespaceMissing = "A namespace is required: 1 to 255 bytes of UTF-8.";

    internal const string NamespaceTooLong = "The namespace is too long: at most 255 bytes of UTF-8.";

    internal const string NamespaceNotUtf8 = "The namespace is not valid UTF-8.";

    internal const string AllNamespacesNotServed = "This point does not list all namespaces: name one.";

    internal const string RecordMissing = "signedPeerRecord is required: your own signed peer record (RFC 0003).";

    internal const string RecordMalformed = "signedPeerRecord cannot be read: send an RFC 0002 envelope around an RFC 0003 peer record.";

    internal const string RecordPayloadType =
        "The envelope's payload type is not that of a peer record (03 01, or /libp2p/routing-state-record).";

    internal const string RecordPublicKey = "The envelope's public key is malformed or of an unsupported type.";

    internal const string RecordSignature = "The envelope's signature does not verify.";

    internal const string RecordKeyMismatch = "The record names another peer than the key that signed it.";

    internal const string RecordWithoutAddresses =
        "The record has no addresses: nobody could reach you. Confirm an external address first.";

    internal const string ForeignAddress =
        "An address of the record ends in another peer's id and leads there: leave it out, or put /p2p-circuit behind a relay's id.";

    internal const string UnsignedNotAllowed =
        "This point takes signed records only, and an unsigned PeerInfo came: send an RFC 0002 envelope around an RFC 0003 peer record.";

    internal const string UnsignedAddress =
        "An address of the PeerInfo is not a multiaddr that this point knows, or ends in another peer's id: leave it out.";

    internal const string RecordOfAnotherPeer = "The record is another peer's: a peer can register only itself.";

    internal const string CookieInvalid = "The cookie is not one of this namespace: discover again without a cookie.";

    internal const string WalkCookieInvalid = "The cookie is not one of a walk over all namespaces: discover again without a cookie.";

    internal const string NodeBusy = "Too many requests in flight at this node: try again shortly, or at another node.";

    internal const string ConnectionBusy = "Too many requests under way on your connection: read the answers, and ask less at once.";

    internal const string CommandsQueued = "Too many of your own commands for this namespace are waiting: await their answers first.";

    internal const string RegisterTimedOut =
        "The registry did not answer in time; the registration may or may not be stored: register again.";

    internal const string UnregisterTimedOut = "The registry did not answer in time: unregister again.";

    internal const string DiscoverTimedOut = "The registry did not answer in time: discover again.";

    internal const string InternalError = "The request failed at this node through no fault of yours: try again.";

    // --- what the registry answers ------------------------------------------------------------------------------------

    internal const string NotReady = "The registry is starting or stopping; try again later.";

    internal const string NoAnswer = "The registry did not answer in time; try again later.";

    internal const string DeadlinePassed = "The request waited longer than its deadline; try again later.";

    internal const string Overtaken = "A later request of yours was handled first; register again if you still want it.";

    internal const string CookieFromTheFuture =
        "The cookie is newer than anything this rendezvous point has given out; discover without it.";

    internal const string QueueFull = "This namespace has more requests waiting than it can serve; try again later.";

    internal const string StoreAway = "The database of this rendezvous point does not serve it now; try again later.";

    internal const string NamespaceUnreadable =
        "The registrations of this namespace cannot be read here, and its operator has to mend that; others are not affected.";

    internal const string DirectoryUnavailable = "The list of namespaces cannot be read now; try again later.";

    internal const string NoNamespaceAnswered = "No namespace answered in time; try again later.";

    internal const string TooManyNamespaces = "This rendezvous point has as many namespaces as it can list; use one that is there.";

    internal const string QuotaReached =
        "You have as many registrations here as a peer may have; unregister one, or let one expire. Those you have can be refreshed.";

    internal const string PointFull =
        "This rendezvous point has as many registrations as it can hold; try again later, or at another point. Those you have can be "
        + "refreshed.";

    internal const string SubnetShareReached =
        "This rendezvous point is filling up, and peers of your network have their share of what is left; try again when some of their "
        + "registrations have expired, or at another point. Those you have can be refreshed.";

    internal const string NoRoomForLarger =
        "This rendezvous point has no room for a larger record than the one you have here; try again later, or register fewer addresses.";

    internal const string NamespaceFull =
        "This namespace has as many registrations as it can hold; use another, or try again later.";

    internal const string NotServedHere = "This namespace is not served here; report it as a bug.";

    internal const string UnsignedOverSigned =
        "A signed record of yours is registered here, and an unsigned PeerInfo cannot replace it; send a signed record.";

    internal static string OlderRecord(ulong sequence, ulong stored) =>
        $"The record's sequence number {sequence} is lower than the registered {stored}; sign a newer record.";

    internal static string EnvelopeTooLarge(int maxBytes) =>
        $"The signed peer record is too large: at most {maxBytes} bytes.";

    internal static string TooManyAddresses(int maxAddresses) =>
        $"The record has too many addresses: at most {maxAddresses}.";

    internal static string TtlOutOfRange(uint minSeconds, uint maxSeconds) =>
        $"ttl must be from {minSeconds} to {maxSeconds} seconds, or absent for the default.";
}
