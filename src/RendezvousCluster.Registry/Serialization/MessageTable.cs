using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using RendezvousCluster.Core;
using RendezvousCluster.Core.Directories;
using RendezvousCluster.Core.Namespaces;
using RendezvousCluster.Core.Quotas;
using RendezvousCluster.Registry.Clocks;
using RendezvousCluster.Registry.Drains;
using RendezvousCluster.Registry.Inquiries;
using RendezvousCluster.Registry.Introductions;
using RendezvousCluster.Registry.Outages;
using RendezvousCluster.Registry.Serialization.Proto;
using RendezvousCluster.Registry.Sharding;

namespace RendezvousCluster.Registry.Serialization;

/// <summary>
/// All that the registry writes to the journal or sends to another node, a row each. From here follow the types bound to the serializer,
/// how it writes and reads them, and which actors may get them from other nodes (<see cref="ActorPort.ReadableMessages"/>): a new message
/// takes its protobuf, its codec and one row.
/// </summary>
/// <remarks>
/// A manifest is two letters: <c>e_</c> an event and <c>s_</c> a snapshot of a namespace, <c>d_</c> the directory's, <c>l_</c> the
/// ledger's, <c>c_</c> a command to a namespace, <c>r_</c> a reply, <c>h_</c> what nodes say of their stores and of themselves,
/// <c>n_</c> what a member and a node that is about to join say to each other, <c>t_</c> the time, <c>o_</c> what operators ask. One is
/// never given to another message, also when its own is gone.
/// </remarks>
internal static class MessageTable
{
    private const string Asker = ActorPaths.Asker;
    private const string Namespaces = ActorPaths.Namespaces;
    private const string Directory = ActorPaths.Directory;
    private const string Ledger = ActorPaths.Ledger;

    /// <summary>The rows.</summary>
    internal static readonly IReadOnlyList<MessageRow> Rows =
    [
        MessageRow.Event<Opened>("eo", OpenedEvent.Parser, EventCodec.ToProto, EventCodec.ReadOpened),
        MessageRow.Event<Registered>("er", RegisteredEvent.Parser, EventCodec.ToProto, EventCodec.ReadRegistered),
        MessageRow.Event<Refreshed>("ef", RefreshedEvent.Parser, EventCodec.ToProto, EventCodec.ReadRefreshed),
        MessageRow.Event<Unregistered>("eu", UnregisteredEvent.Parser, EventCodec.ToProto, EventCodec.ReadUnregistered),
        MessageRow.Snapshot<NamespaceSnapshot>("sn", SnapshotCodec.ToProto, SnapshotCodec.Read),

        MessageRow.Event<DirectoryOpened>("do", DirectoryOpenedEvent.Parser, DirectoryCodec.ToProto, DirectoryCodec.ReadOpened),
        MessageRow.Event<NamespaceListed>("dl", NamespaceListedEvent.Parser, DirectoryCodec.ToProto, DirectoryCodec.ReadListed),
        MessageRow.Snapshot<DirectorySnapshot>("dc", DirectoryCodec.ToProto, DirectoryCodec.ReadSnapshot),
        MessageRow.RetiredSnapshot<DirectorySnapshot>("ds", DirectoryCodec.ReadSnapshot),

        MessageRow.Command<RegisterCommand>("cr", CommandCodec.ToProto, CommandCodec.ReadRegister, Namespaces),
        MessageRow.Command<UnregisterCommand>("cu", CommandCodec.ToProto, CommandCodec.ReadUnregister, Namespaces),
        MessageRow.Command<DiscoverQuery>("cd", CommandCodec.ToProto, CommandCodec.ReadDiscover, Namespaces),
        MessageRow.Sent<Reclaim>(
            "cx",
            reclaim => Encoding.ASCII.GetBytes(reclaim.EntityId),
            bytes => new Reclaim(Encoding.ASCII.GetString(bytes)),
            Namespaces,
            Directory),
        MessageRow.Sent<RegisterReply>("rr", ReplyCodec.ToProto, ReplyCodec.ReadRegisterReply, Asker),
        MessageRow.Sent<UnregisterReply>("ru", ReplyCodec.ToProto, ReplyCodec.ReadUnregisterReply, Asker),
        MessageRow.Sent<DiscoverReply>("rd", ReplyCodec.ToProto, ReplyCodec.ReadDiscoverReply, Asker),
        MessageRow.Sign("rl", RetryLater.Instance, Asker),

        MessageRow.Sent<NamespaceAnnouncement>("da", DirectoryCodec.ToProto, DirectoryCodec.ReadAnnouncement, Directory),
        MessageRow.Sent<AnnouncementReply>("dr", DirectoryCodec.ToProto, DirectoryCodec.ReadAnnouncementReply, Asker),
        MessageRow.Sent<ListingQuery>("dq", DirectoryCodec.ToProto, DirectoryCodec.ReadListingQuery, Directory),
        MessageRow.Sent<NamespaceListing>("dn", DirectoryCodec.ToProto, DirectoryCodec.ReadListing, Asker),

        MessageRow.Sent<LedgerReserve>("lr", LedgerCodec.ToProto, LedgerCodec.ReadReserve, Ledger),
        MessageRow.Sent<LedgerReply>("la", LedgerCodec.ToProto, LedgerCodec.ReadReply, Asker),
        MessageRow.Sent<LedgerNote>("ln", LedgerCodec.ToProto, LedgerCodec.ReadNote, Ledger),
        MessageRow.Sent<LedgerRelease>("lx", LedgerCodec.ToProto, LedgerCodec.ReadRelease, Ledger),
        MessageRow.Sent<LedgerQuery>("lq", LedgerCodec.ToProto, LedgerCodec.ReadQuery, Ledger),
        MessageRow.Sent<LedgerListing>("ll", LedgerCodec.ToProto, LedgerCodec.ReadListing, Asker),

        MessageRow.Sign("ha", StoreReport.Away, ActorPaths.StoreWatch),
        MessageRow.Sign("hw", StoreReport.Well, ActorPaths.StoreWatch),

        MessageRow.Sent<HandedMemory>("hm", MemoryCodec.ToProto, MemoryCodec.Read, ActorPaths.MemoryHandOver),

        MessageRow.Sign("hd", DrainReport.Instance, ActorPaths.DrainWatch),

        MessageRow.Sign("nq", RolesQuery.Instance, ActorPaths.MembershipGuard),
        MessageRow.Sent<RolesReply>("nr", reply => reply.Write(), RolesReply.Read, Asker),

        MessageRow.Sent<TimeQuery>("tq", TimeCodec.ToProto, TimeCodec.ReadQuery, ActorPaths.ClusterTime),
        MessageRow.Sent<TimeReply>("tr", TimeCodec.ToProto, TimeCodec.ReadReply, ActorPaths.ClusterTime),

        MessageRow.Sent<Inquiry>("oq", InquiryCodec.ToProto, InquiryCodec.ReadInquiry, ActorPaths.Inquiries),
        MessageRow.Sent<InquiryReply>("or", InquiryCodec.ToProto, InquiryCodec.ReadReply, Asker),
    ];

    private static readonly FrozenDictionary<string, MessageRow> ByManifest =
        Rows.ToFrozenDictionary(row => row.Manifest, StringComparer.Ordinal);

    private static readonly FrozenDictionary<Type, MessageRow> ByType =
        Rows.Where(row => row.Type is not null).ToFrozenDictionary(row => row.Type!);

    /// <summary>
    /// The types that the actor system is to bind to the serializer: commands to a namespace share one, their envelope.
    /// </summary>
    internal static IEnumerable<Type> BoundTypes =>
        ByType.Values.Select(row => row.IsCommand ? typeof(NamespaceCommand) : row.Type!).Distinct();

    /// <summary>The row of a message.</summary>
    /// <exception cref="ArgumentException">It has none.</exception>
    internal static MessageRow Of(object message) =>
        ByType.TryGetValue(message is NamespaceCommand command ? command.Message.GetType() : message.GetType(), out MessageRow? row)
            ? row
            : throw new ArgumentException($"{message.GetType()} is not the registry's to serialize.", nameof(message));

    /// <summary>The row of a manifest.</summary>
    internal static bool TryFind(string manifest, [NotNullWhen(true)] out MessageRow? row) => ByManifest.TryGetValue(manifest, out row);
}
