using RendezvousCluster.Core.Ownership;

namespace RendezvousCluster.Core.Directories;

/// <summary>
/// The owner of one part of the directory of namespaces: a
/// <see cref="JournalOwner{TCaller,TCommand,TQuery,TReply,TEvent,TSnapshot}"/> of a <see cref="JournaledDirectory"/>. It needs no permit.
/// </summary>
/// <remarks>
/// The rules are those of every owner. Here they mean:
/// <list type="bullet">
/// <item>A listing is confirmed when it is in the journal, so a namespace writes its registrations only when every later owner of the part
/// will list it.</item>
/// <item>A part that is only read from renews its fence in good time, or its list could be that of an owner replaced long ago. An
/// announcement that brings no news writes nothing, and is right all the same: a listing that was confirmed is never shortened.</item>
/// <item>A part without any entry is read without a fence, as an empty namespace is, and the port lets such an owner live only for a few
/// seconds.</item>
/// </list>
/// </remarks>
/// <typeparam name="TCaller">Whom an answer goes to.</typeparam>
/// <param name="port">Does what it wants.</param>
/// <param name="directory">What is owned; empty.</param>
/// <param name="compaction">How the journal is kept short; the numbers of production when null.</param>
internal sealed class DirectoryOwner<TCaller>(
    IOwnerPort<TCaller, IDirectoryReply, DirectoryEvent, DirectorySnapshot> port,
    JournaledDirectory directory,
    CompactionSettings? compaction = null)
    : JournalOwner<TCaller, NamespaceAnnouncement, ListingQuery, IDirectoryReply, DirectoryEvent, DirectorySnapshot>(
        port, directory, permit: null, compaction)
{
    /// <summary>What is committed.</summary>
    public DirectoryState State => directory.State;
}
