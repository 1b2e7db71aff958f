using RendezvousCluster.Core.Directories;
using RendezvousCluster.Core.Ownership;

namespace RendezvousCluster.Core.Namespaces;

/// <summary>What a <see cref="NamespaceOwner{TCaller}"/> wants done.</summary>
/// <typeparam name="TCaller">Whom an answer goes to.</typeparam>
internal interface INamespaceOwnerPort<in TCaller> : IOwnerPort<TCaller, INamespaceReply, NamespaceEvent, NamespaceSnapshot>
{
    /// <summary>
    /// Tells the directory of namespaces, and later calls one of <see cref="NamespaceOwner{TCaller}.Announced"/>,
    /// <see cref="NamespaceOwner{TCaller}.AnnouncementRefused"/> and <see cref="NamespaceOwner{TCaller}.AnnouncementFailed"/>; not before
    /// this returns. Never called while an announcement is under way.
    /// </summary>
    void Announce(NamespaceAnnouncement announcement);
}
