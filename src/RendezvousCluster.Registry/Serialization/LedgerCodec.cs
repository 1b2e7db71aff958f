using System.Buffers.Binary;
using Google.Protobuf;
using RendezvousCluster.Core.Quotas;
using RendezvousCluster.Registry.Serialization.Proto;

namespace RendezvousCluster.Registry.Serialization;

/// <summary>Messages of the ledger to and from protobuf.</summary>
internal static class LedgerCodec
{
    private const int SubnetBytes = 16;

    // Far above what any setting lets in; it keeps sums of them from overflowing.
    private const int MaxRecordBytes = 16 * 1024 * 1024;

    internal static IMessage ToProto(LedgerReserve asked) => new LedgerPlaceMessage
    {
        Peer = Wrap(asked.Peer),
        Namespace = WireBytes.Wrap(asked.Namespace),
        TtlSeconds = asked.TtlSeconds,
        DeadlineUnixMs = asked.Deadline.ToUnixTimeMilliseconds(),
        Subnet = Wrap(asked.Charge.Subnet),
        RecordBytes = (uint)asked.Charge.RecordBytes,
    };

    internal static IMessage ToProto(LedgerNote note) => new LedgerPlaceMessage
    {
        Peer = Wrap(note.Peer),
        Namespace = WireBytes.Wrap(note.Namespace),
        DeadlineUnixMs = note.Deadline.ToUnixTimeMilliseconds(),
        ExpiresAtUnixMs = note.ExpiresAt.ToUnixTimeMilliseconds(),
        Subnet = Wrap(note.Charge.Subnet),
        RecordBytes = (uint)note.Charge.RecordBytes,
    };

    internal static IMessage ToProto(LedgerRelease release) => new LedgerPlaceMessage
    {
        Peer = Wrap(release.Peer),
        Namespace = WireBytes.Wrap(release.Namespace),
        DeadlineUnixMs = release.Deadline.ToUnixTimeMilliseconds(),
    };

    internal static IMessage ToProto(LedgerQuery query) => new LedgerQueryMessage { Peer = Wrap(query.Peer), After = query.After };

    internal static IMessage ToProto(LedgerReply reply) => new LedgerReplyMessage { Reservation = (uint)reply.Reservation };

    internal static IMessage ToProto(LedgerListing listing)
    {
        var message = new LedgerListingMessage { Next = listing.Next, KnownSinceTicks = listing.KnownSince.UtcTicks };
        message.Namespaces.AddRange(listing.Namespaces.Select(WireBytes.Wrap));
        message.ExpiresAtUnixMs.AddRange(listing.ExpiresAt.Select(time => time.ToUnixTimeMilliseconds()));
        return message;
    }

    internal static LedgerReserve ReadReserve(byte[] bytes)
    {
        LedgerPlaceMessage read = LedgerPlaceMessage.Parser.ParseFrom(bytes);
        return new LedgerReserve(
            ReadPeer(read.Peer), WireBytes.ReadNamespace(read.Namespace), read.TtlSeconds, WireBytes.ReadTime(read.DeadlineUnixMs))
        {
            Charge = ReadCharge(read),
        };
    }

    internal static LedgerNote ReadNote(byte[] bytes)
    {
        LedgerPlaceMessage read = LedgerPlaceMessage.Parser.ParseFrom(bytes);
        return new LedgerNote(
            ReadPeer(read.Peer),
            WireBytes.ReadNamespace(read.Namespace),
            WireBytes.ReadTime(read.ExpiresAtUnixMs),
            WireBytes.ReadTime(read.DeadlineUnixMs))
        {
            Charge = ReadCharge(read),
        };
    }

    internal static LedgerRelease ReadRelease(byte[] bytes)
    {
        LedgerPlaceMessage read = LedgerPlaceMessage.Parser.ParseFrom(bytes);
        return new LedgerRelease(ReadPeer(read.Peer), WireBytes.ReadNamespace(read.Namespace), WireBytes.ReadTime(read.DeadlineUnixMs));
    }

    internal static LedgerQuery ReadQuery(byte[] bytes)
    {
        LedgerQueryMessage read = LedgerQueryMessage.Parser.ParseFrom(bytes);
        return new LedgerQuery(ReadPeer(read.Peer), read.After);
    }

    internal static LedgerReply ReadReply(byte[] bytes)
    {
        var reservation = (Reservation)LedgerReplyMessage.Parser.ParseFrom(bytes).Reservation;
        return Enum.IsDefined(reservation)
            ? new LedgerReply(reservation)
            : throw new InvalidDataException($"Reservation {reservation} is unknown.");
    }

    internal static LedgerListing ReadListing(byte[] bytes)
    {
        LedgerListingMessage read = LedgerListingMessage.Parser.ParseFrom(bytes);
        return new LedgerListing(
            [.. read.Namespaces.Select(WireBytes.ReadNamespace)], read.Next, new DateTimeOffset(read.KnownSinceTicks, TimeSpan.Zero))
        {
            ExpiresAt = [.. read.ExpiresAtUnixMs.Select(WireBytes.ReadTime)],
        };
    }

    private static ByteString Wrap(PeerDigest peer)
    {
        byte[] bytes = new byte[PeerDigest.SizeBytes];
        peer.Write(bytes);
        return UnsafeByteOperations.UnsafeWrap(bytes);
    }

    // Nothing for no subnet.
    private static ByteString Wrap(UInt128 subnet)
    {
        if (subnet == 0)
        {
            return ByteString.Empty;
        }

        byte[] bytes = new byte[SubnetBytes];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, subnet);
        return UnsafeByteOperations.UnsafeWrap(bytes);
    }

    private static PlaceCharge ReadCharge(LedgerPlaceMessage read)
    {
        UInt128 subnet = read.Subnet.Length switch
        {
            0 => 0,
            SubnetBytes => BinaryPrimitives.ReadUInt128BigEndian(read.Subnet.Span),
            _ => throw new InvalidDataException("A subnet has 16 bytes."),
        };
        return read.RecordBytes <= MaxRecordBytes
            ? new PlaceCharge(subnet, (int)read.RecordBytes)
            : throw new InvalidDataException($"A record of {read.RecordBytes} bytes is larger than any that is taken.");
    }

    private static PeerDigest ReadPeer(ByteString bytes) =>
        bytes.Length == PeerDigest.SizeBytes
            ? PeerDigest.Read(bytes.Span)
            : throw new InvalidDataException("A peer's digest has 16 bytes.");
}
