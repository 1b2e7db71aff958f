using Google.Protobuf;
using RendezvousCluster.Core.Directories;
using RendezvousCluster.Protocol;
using RendezvousCluster.Registry.Serialization.Proto;

namespace RendezvousCluster.Registry.Serialization;

/// <summary>The directory's events, snapshot and messages to and from protobuf.</summary>
internal static class DirectoryCodec
{
    internal static IMessage ToProto(DirectoryOpened opened) =>
        new DirectoryOpenedEvent { Incarnation = WireBytes.Wrap(opened.Incarnation.ToByteArray(bigEndian: true)) };

    internal static NamespaceListedEvent ToProto(NamespaceListed listed) =>
        new() { Namespace = WireBytes.Wrap(listed.Namespace), UntilUnixMs = listed.UntilUnixMilliseconds };

    internal static IMessage ToProto(DirectorySnapshot snapshot)
    {
        var message = new DirectorySnapshotMessage { PreviousSnapshot = snapshot.PreviousSnapshot, DeletedTo = snapshot.DeletedTo };
        message.Entries.AddRange(snapshot.Entries.Select(ToProto));
        return message;
    }

    internal static IMessage ToProto(NamespaceAnnouncement announcement) => new AnnouncementMessage
    {
        Namespace = WireBytes.Wrap(announcement.Namespace),
        ListedUntilUnixMs = announcement.ListedUntil.ToUnixTimeMilliseconds(),
        ActiveUntilUnixMs = announcement.ActiveUntil.ToUnixTimeMilliseconds(),
    };

    internal static IMessage ToProto(AnnouncementReply reply) => new AnnouncementReplyMessage
    {
        Status = (uint)reply.Status,
        ListedUntilUnixMs = reply.ListedUntil.ToUnixTimeMilliseconds(),
    };

    internal static IMessage ToProto(ListingQuery query) => new ListingQueryMessage
    {
        From = Wrap(query.From),
        ActiveSinceUnixMs = query.ActiveSince.ToUnixTimeMilliseconds(),
        Limit = query.Limit,
    };

    internal static IMessage ToProto(NamespaceListing listing)
    {
        var message = new ListingMessage { Continue = listing.Continue is { } key ? Wrap(key) : ByteString.Empty };
        message.Namespaces.AddRange(listing.Namespaces.Select(WireBytes.Wrap));
        return message;
    }

    internal static DirectoryOpened ReadOpened(ReadOnlyMemory<byte> bytes) =>
        new(new Guid(DirectoryOpenedEvent.Parser.ParseFrom(bytes.Span).Incarnation.Span, bigEndian: true));

    internal static NamespaceListed ReadListed(ReadOnlyMemory<byte> bytes) => Read(NamespaceListedEvent.Parser.ParseFrom(bytes.Span));

    internal static DirectorySnapshot ReadSnapshot(ReadOnlyMemory<byte> bytes)
    {
        DirectorySnapshotMessage read = DirectorySnapshotMessage.Parser.ParseFrom(bytes.Span);
        return new DirectorySnapshot([.. read.Entries.Select(Read)], read.PreviousSnapshot, read.DeletedTo);
    }

    internal static NamespaceAnnouncement ReadAnnouncement(byte[] bytes)
    {
        AnnouncementMessage read = AnnouncementMessage.Parser.ParseFrom(bytes);
        return new NamespaceAnnouncement(
            WireBytes.ReadNamespace(read.Namespace),
            WireBytes.ReadTime(read.ListedUntilUnixMs),
            WireBytes.ReadTime(read.ActiveUntilUnixMs));
    }

    internal static AnnouncementReply ReadAnnouncementReply(byte[] bytes)
    {
        AnnouncementReplyMessage read = AnnouncementReplyMessage.Parser.ParseFrom(bytes);
        return new AnnouncementReply((RendezvousStatus)read.Status, WireBytes.ReadTime(read.ListedUntilUnixMs));
    }

    internal static ListingQuery ReadListingQuery(byte[] bytes)
    {
        ListingQueryMessage read = ListingQueryMessage.Parser.ParseFrom(bytes);
        return new ListingQuery(ReadKey(read.From), WireBytes.ReadTime(read.ActiveSinceUnixMs), read.Limit);
    }

    internal static NamespaceListing ReadListing(byte[] bytes)
    {
        ListingMessage read = ListingMessage.Parser.ParseFrom(bytes);
        return new NamespaceListing(
            [.. read.Namespaces.Select(WireBytes.ReadNamespace)], read.Continue.IsEmpty ? null : ReadKey(read.Continue));
    }

    private static NamespaceListed Read(NamespaceListedEvent read) => new(WireBytes.ReadNamespace(read.Namespace), read.UntilUnixMs);

    private static ByteString Wrap(NamespaceKey key)
    {
        byte[] bytes = new byte[NamespaceKey.SizeBytes];
        key.Write(bytes);
        return UnsafeByteOperations.UnsafeWrap(bytes);
    }

    private static NamespaceKey ReadKey(ByteString bytes) => bytes.Length == NamespaceKey.SizeBytes
        ? NamespaceKey.Read(bytes.Span)
        : throw new InvalidDataException($"A key has {NamespaceKey.SizeBytes} bytes, not {bytes.Length}.");
}
