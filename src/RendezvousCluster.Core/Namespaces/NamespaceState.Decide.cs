using System.Runtime.InteropServices;
using RendezvousCluster.Core.Clocks;
using RendezvousCluster.Core.Quotas;
using RendezvousCluster.Protocol;
using RendezvousCluster.Protocol.Flavours;

namespace RendezvousCluster.Core.Namespaces;

// Request path, step 14: decide.
internal sealed partial class NamespaceState
{
    /// <summary>What a REGISTER leads to.</summary>
    /// <param name="command">The command.</param>
    /// <param name="now">The time that counts.</param>
    /// <param name="lastRevision">The last revision decided, in this batch or before it.</param>
    /// <param name="growth">The sum of <see cref="Decision{TReply}.Growth"/> of what was decided before it in this batch.</param>
    public Decision<RegisterReply> Decide(RegisterCommand command, DateTimeOffset now, ulong lastRevision, int growth = 0)
    {
        if (now > command.Deadline)
        {
            return Refuse(RendezvousStatus.Unavailable, StatusTexts.DeadlinePassed);
        }

        long deadline = DeadlineOf(command, now);
        if (_unregistered.Stops(command.Peer, deadline))
        {
            return Refuse(RendezvousStatus.Unavailable, StatusTexts.Overtaken);
        }

        long registeredAt = now.ToUnixTimeMilliseconds();
        ulong revision = Revision.Next(lastRevision, now);
        if (!_byPeer.TryGetValue(command.Peer, out StoredRegistration? stored) || !stored.IsLive(now))
        {
            return WhyNotNew(command, now, growth) is { } refusal
                ? new Decision<RegisterReply>(null, refusal)
                : Accept(command, NewRegistration(command, registeredAt, revision, deadline)) with { Growth = 1 };
        }

        if (command.RecordSequence < stored.RecordSequence)
        {
            // An unsigned registration has no sequence number of its own; it stands below every signed one.
            return Refuse(RendezvousStatus.InvalidSignedPeerRecord, command.Flavour == RegistrationFlavour.PeerInfo
                ? StatusTexts.UnsignedOverSigned
                : StatusTexts.OlderRecord(command.RecordSequence, stored.RecordSequence));
        }

        bool sameEnvelope = command.Envelope.Span.SequenceEqual(stored.Envelope);
        bool seemsOlder = deadline < stored.DeadlineUnixMilliseconds && command.RecordSequence == stored.RecordSequence;
        if (seemsOlder && !sameEnvelope)
        {
            return Refuse(RendezvousStatus.Unavailable, StatusTexts.Overtaken);
        }

        if (seemsOlder && ExpiresAt(registeredAt, command.TtlSeconds) <= stored.ExpiresAtUnixMilliseconds)
        {
            // The same registration holds already, and for longer.
            return new Decision<RegisterReply>(null, new RegisterReply(RendezvousStatus.Ok, string.Empty, command.TtlSeconds));
        }

        if (command.Admission == Admission.PointFull
            && PlaceCharge.For(command).Bytes > PlaceCharge.For(Namespace, stored.Envelope.Length).Bytes)
        {
            return Refuse(RendezvousStatus.Unavailable, StatusTexts.NoRoomForLarger);
        }

        long latestDeadline = sameEnvelope ? Math.Max(deadline, stored.DeadlineUnixMilliseconds) : deadline;
        return sameEnvelope && stored.Revision > _recoveredTo
            ? Accept(command, new Refreshed(stored.Peer, command.TtlSeconds, registeredAt, revision, latestDeadline))
            : Accept(command, NewRegistration(command, registeredAt, revision, latestDeadline));
    }

    /// <summary>The decision about an UNREGISTER. A registration that is absent or expired causes neither an error nor an event.</summary>
    /// <param name="command">The command.</param>
    /// <param name="now">The time that counts.</param>
    /// <param name="lastRevision">The last revision decided, in this batch or before it.</param>
    public Decision<UnregisterReply> Decide(UnregisterCommand command, DateTimeOffset now, ulong lastRevision)
    {
        if (now > command.Deadline)
        {
            return new Decision<UnregisterReply>(null, new UnregisterReply(RendezvousStatus.Unavailable));
        }

        if (!_byPeer.TryGetValue(command.Peer, out StoredRegistration? stored) || (!stored.IsLive(now) && !IsUncertain(stored, now)))
        {
            return new Decision<UnregisterReply>(null, new UnregisterReply(RendezvousStatus.Ok));
        }

        long deadline = DeadlineOf(command, now);
        if (deadline < stored.DeadlineUnixMilliseconds)
        {
            // A late copy must not remove what the peer registered after it.
            return new Decision<UnregisterReply>(null, new UnregisterReply(RendezvousStatus.Unavailable));
        }

        return new Decision<UnregisterReply>(
            new Unregistered(stored.Peer, Revision.Next(lastRevision, now), deadline),
            new UnregisterReply(RendezvousStatus.Ok),
            Growth: -1);
    }

    /// <summary>Reads a page of committed registrations. Changes nothing; a cookie never moves the clock.</summary>
    public DiscoverReply Read(DiscoverQuery query, DateTimeOffset now)
    {
        if (now > query.Deadline)
        {
            return RegistryReplies.Discover(RendezvousStatus.Unavailable, StatusTexts.DeadlinePassed);
        }

        if (Revision.IsFromTheFuture(query.AfterRevision, LastRevision, now))
        {
            return RegistryReplies.Discover(RendezvousStatus.InvalidCookie, StatusTexts.CookieFromTheFuture);
        }

        return ReadPage(query, now);
    }

    /// <summary>As <see cref="Read"/>, for a caller who has checked deadline and cookie.</summary>
    public DiscoverReply ReadPage(DiscoverQuery query, DateTimeOffset now)
    {
        RegistrationFlavours chosen = query.Flavours.Choose(query.Flavours.IsSettled ? RegistrationFlavours.None : _byRevision.Held(now));
        var page = new ReplyPage(query, Namespace, now);
        foreach (StoredRegistration registration in LiveAfter(query.AfterRevisionFor(chosen), now, chosen))
        {
            if (!page.TryAdd(registration))
            {
                return page.ToReply(chosen, isComplete: false);
            }
        }

        return page.ToReply(chosen, isComplete: true);
    }

    // Only what is new has to be let in: the limits never hold off a refresh, nor a record that is not larger.
    private RegisterReply? WhyNotNew(RegisterCommand command, DateTimeOffset now, int growth) => command.Admission switch
    {
        Admission.QuotaReached => RegistryReplies.NotAdmitted(RendezvousStatus.NotAuthorized, StatusTexts.QuotaReached),
        Admission.PointFull => RegistryReplies.NotAdmitted(RendezvousStatus.Unavailable, StatusTexts.PointFull),
        _ when IsFull(now, growth) => RegistryReplies.NotAdmitted(RendezvousStatus.Unavailable, StatusTexts.NamespaceFull),
        _ => null,
    };

    // An expired registration counts no more, swept or not; counting them costs time, so it is done only when it matters.
    private bool IsFull(DateTimeOffset now, int growth) =>
        Count + growth >= MaxRegistrations
        && Count - _uncertain.Count - _byExpiry.CountExpired(now) + growth >= MaxRegistrations;

    // Should the clock be wrong, it is there after all.
    private bool IsUncertain(StoredRegistration stored, DateTimeOffset now) => stored.IsEstimated && now < _uncertainUntil;

    // The front end that set it may be at a node whose clock is ahead. Kept as it is, it would make every later command seem the older one.
    private long DeadlineOf(INamespaceCommand command, DateTimeOffset now) =>
        Math.Min(command.Deadline.ToUnixTimeMilliseconds(), (now + LongestWait).ToUnixTimeMilliseconds());

    private static Registered NewRegistration(RegisterCommand command, long registeredAt, ulong revision, long deadline) => new(
        new StoredRegistration(
            command.Peer,
            OwnedArray(command.Envelope),
            command.Flavour,
            command.RecordSequence,
            revision,
            ExpiresAt(registeredAt, command.TtlSeconds),
            deadline,
            command.TtlSeconds));

    // Commands bring the envelope as an array of its own: no copy then.
    private static byte[] OwnedArray(ReadOnlyMemory<byte> envelope) =>
        MemoryMarshal.TryGetArray(envelope, out ArraySegment<byte> segment) && segment.Offset == 0 && segment.Count == segment.Array!.Length
            ? segment.Array
            : envelope.ToArray();

    private static Decision<RegisterReply> Accept(RegisterCommand command, NamespaceEvent @event) =>
        new(@event, new RegisterReply(RendezvousStatus.Ok, string.Empty, command.TtlSeconds));

    private static Decision<RegisterReply> Refuse(RendezvousStatus status, string text) =>
        new(null, RegistryReplies.Register(status, text));
}
