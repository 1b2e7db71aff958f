using System.Runtime.Serialization;
using System.Text;
using Akka.Actor;
using Akka.Serialization;
using Google.Protobuf;
using RendezvousCluster.Core;
using RendezvousCluster.Core.Directories;
using RendezvousCluster.Core.Namespaces;
using RendezvousCluster.Core.Quotas;
using RendezvousCluster.Registry.ActorPort;
using RendezvousCluster.Registry.Directories;
using RendezvousCluster.Registry.Entities;
using RendezvousCluster.Registry.Outages;
using RendezvousCluster.Registry.Sharding;

namespace RendezvousCluster.Registry.Serialization;

/// <summary>
/// All that the registry writes to the journal or sends to another node, as protobuf under a two-letter manifest. No type names on the wire: what
/// arrives can only become one of these messages. An unknown manifest throws, so that a recovery stops before an event that it does not
/// understand instead of leaving it out; to go back a version, the older one must know the newer one's events first. A snapshot that is damaged does
/// not throw but becomes an <see cref="UnreadableSnapshot"/>: there is an older one, and there are the events.
/// </summary>
internal sealed class RegistrySerializer(ExtendedActorSystem system) : SerializerWithStringManifest(system)
{
    /// <summary>Stands in every row of the journal. Akka's own end at 100.</summary>
    internal const int Id = 7301;

    private readonly RefusedReads _refused = RefusedReads.Of(system);

    /// <inheritdoc/>
    public override int Identifier => Id;

    /// <inheritdoc/>
    public override string Manifest(object o) => o switch
    {
        Registered => Manifests.Registered,
        Refreshed => Manifests.Refreshed,
        Unregistered => Manifests.Unregistered,
        Opened => Manifests.Opened,
        NamespaceCommand { Message: RegisterCommand } => Manifests.Register,
        NamespaceCommand { Message: UnregisterCommand } => Manifests.Unregister,
        NamespaceCommand { Message: DiscoverQuery } => Manifests.Discover,
        RegisterReply => Manifests.RegisterReply,
        UnregisterReply => Manifests.UnregisterReply,
        DiscoverReply => Manifests.DiscoverReply,
        RetryLater => Manifests.RetryLater,
        NamespaceSnapshot => Manifests.NamespaceSnapshot,
        Reclaim => Manifests.Reclaim,
        NamespaceListed => Manifests.NamespaceListed,
        DirectoryOpened => Manifests.DirectoryOpened,
        DirectorySnapshot => Manifests.DirectorySnapshot,
        NamespaceAnnouncement => Manifests.Announcement,
        AnnouncementReply => Manifests.AnnouncementReply,
        ListingQuery => Manifests.ListingQuery,
        NamespaceListing => Manifests.Listing,
        LedgerReserve => Manifests.LedgerReserve,
        LedgerReply => Manifests.LedgerReply,
        LedgerNote => Manifests.LedgerNote,
        LedgerRelease => Manifests.LedgerRelease,
        LedgerQuery => Manifests.LedgerQuery,
        LedgerListing => Manifests.LedgerListing,
        StoreReport { IsAway: true } => Manifests.StoreAway,
        StoreReport => Manifests.StoreWell,
        _ => throw new ArgumentException($"{o.GetType()} has no manifest.", nameof(o)),
    };

    /// <inheritdoc/>
    public override byte[] ToBinary(object obj) => obj switch
    {
        NamespaceEvent @event => EventCodec.ToProto(@event).ToByteArray(),
        NamespaceCommand { Message: RegisterCommand command, TraceParent: var trace } => CommandCodec.ToProto(command, trace).ToByteArray(),
        NamespaceCommand { Message: UnregisterCommand command, TraceParent: var trace } => CommandCodec.ToProto(command, trace).ToByteArray(),
        NamespaceCommand { Message: DiscoverQuery query, TraceParent: var trace } => CommandCodec.ToProto(query, trace).ToByteArray(),
        RegisterReply reply => ReplyCodec.ToProto(reply).ToByteArray(),
        UnregisterReply reply => ReplyCodec.ToProto(reply).ToByteArray(),
        DiscoverReply reply => ReplyCodec.ToProto(reply).ToByteArray(),
        RetryLater => [],
        StoreReport => [],
        DirectoryEvent @event => DirectoryCodec.ToProto(@event).ToByteArray(),
        DirectorySnapshot snapshot => CheckedBytes.Write(DirectoryCodec.ToProto(snapshot)),
        NamespaceSnapshot snapshot => CheckedBytes.Write(SnapshotCodec.ToProto(snapshot)),
        Reclaim reclaim => Encoding.ASCII.GetBytes(reclaim.EntityId),
        NamespaceAnnouncement announcement => DirectoryCodec.ToProto(announcement).ToByteArray(),
        AnnouncementReply reply => DirectoryCodec.ToProto(reply).ToByteArray(),
        ListingQuery query => DirectoryCodec.ToProto(query).ToByteArray(),
        NamespaceListing listing => DirectoryCodec.ToProto(listing).ToByteArray(),
        LedgerMessage message => LedgerCodec.ToProto(message).ToByteArray(),
        LedgerReply reply => LedgerCodec.ToProto(reply).ToByteArray(),
        LedgerListing listing => LedgerCodec.ToProto(listing).ToByteArray(),
        _ => throw new ArgumentException($"{obj.GetType()} is not the registry's to serialize.", nameof(obj)),
    };

    /// <inheritdoc/>
    public override object FromBinary(byte[] bytes, string manifest)
    {
        try
        {
            return Read(bytes, manifest);
        }
        catch (Exception)
        {
            RefusalReason reason = ReadableMessages.Find(Id, manifest, out _) is null ? RefusalReason.Malformed : RefusalReason.Manifest;
            _refused.Add(new Refusal(reason, Id, manifest), "another node or the database");
            throw;
        }
    }

    private static object Read(byte[] bytes, string manifest) => manifest switch
    {
        Manifests.Registered => EventCodec.ReadRegistered(bytes),
        Manifests.Refreshed => EventCodec.ReadRefreshed(bytes),
        Manifests.Unregistered => EventCodec.ReadUnregistered(bytes),
        Manifests.Opened => EventCodec.ReadOpened(bytes),
        Manifests.Register => CommandCodec.ReadRegister(bytes),
        Manifests.Unregister => CommandCodec.ReadUnregister(bytes),
        Manifests.Discover => CommandCodec.ReadDiscover(bytes),
        Manifests.RegisterReply => ReplyCodec.ReadRegisterReply(bytes),
        Manifests.UnregisterReply => ReplyCodec.ReadUnregisterReply(bytes),
        Manifests.DiscoverReply => ReplyCodec.ReadDiscoverReply(bytes),
        Manifests.RetryLater => RetryLater.Instance,
        Manifests.StoreAway => StoreReport.Away,
        Manifests.StoreWell => StoreReport.Well,
        Manifests.NamespaceListed => DirectoryCodec.ReadListed(bytes),
        Manifests.DirectoryOpened => DirectoryCodec.ReadOpened(bytes),
        Manifests.Retired.UncheckedDirectorySnapshot => ReadSnapshot(bytes, whole => DirectoryCodec.ReadSnapshot(whole.Span)),
        Manifests.DirectorySnapshot => ReadSnapshot(bytes, whole => DirectoryCodec.ReadSnapshot(CheckedBytes.Read(whole).Span)),
        Manifests.NamespaceSnapshot => ReadSnapshot(bytes, whole => SnapshotCodec.Read(CheckedBytes.Read(whole))),
        Manifests.Reclaim => new Reclaim(Encoding.ASCII.GetString(bytes)),
        Manifests.Announcement => DirectoryCodec.ReadAnnouncement(bytes),
        Manifests.AnnouncementReply => DirectoryCodec.ReadAnnouncementReply(bytes),
        Manifests.ListingQuery => DirectoryCodec.ReadListingQuery(bytes),
        Manifests.Listing => DirectoryCodec.ReadListing(bytes),
        Manifests.LedgerReserve => LedgerCodec.ReadReserve(bytes),
        Manifests.LedgerReply => LedgerCodec.ReadReply(bytes),
        Manifests.LedgerNote => LedgerCodec.ReadNote(bytes),
        Manifests.LedgerRelease => LedgerCodec.ReadRelease(bytes),
        Manifests.LedgerQuery => LedgerCodec.ReadQuery(bytes),
        Manifests.LedgerListing => LedgerCodec.ReadListing(bytes),
        _ => throw new SerializationException($"Manifest '{manifest}' is unknown to this version."),
    };

    private static object ReadSnapshot(byte[] bytes, Func<ReadOnlyMemory<byte>, object> read)
    {
        try
        {
            return read(bytes);
        }
        catch (Exception exception) when (exception is InvalidDataException or InvalidProtocolBufferException)
        {
            return new UnreadableSnapshot(exception.Message);
        }
    }
}
