using RendezvousCluster.Core.Directories;
using RendezvousCluster.Core.Namespaces;

namespace RendezvousCluster.Core.Ownership;

/// <summary>What a <see cref="NamespaceOwner{TCaller}"/> has done by whoever runs it: an actor over a journal, or a simulation.</summary>
/// <typeparam name="TCaller">Who is answered.</typeparam>
internal interface IOwnerPort<in TCaller>
{
    /// <summary>A clock of this process that only goes forward, whatever happens to the wall clock. Where it begins means nothing.</summary>
    TimeSpan Elapsed { get; }

    /// <summary>
    /// Whether the journal is known to take no writes now. What would be written is refused without trying, and what is committed is still shown: a write that
    /// fails costs the owner its memory, and without the journal nobody can recover it.
    /// </summary>
    bool IsJournalAway { get; }

    /// <summary>
    /// Whether nothing that this process sees of the others speaks against its still being the one that runs this owner. Asked only while the journal, which
    /// alone knows, is away.
    /// </summary>
    bool IsUndisputed { get; }

    /// <summary>Answers a command: a <see cref="RegisterReply"/>, <see cref="UnregisterReply"/> or <see cref="DiscoverReply"/>.</summary>
    void Reply(TCaller caller, object reply);

    /// <summary>Tells a caller to ask again: the command was not taken, or nobody knows what became of it.</summary>
    void RetryLater(TCaller caller);

    /// <summary>
    /// Writes events to the journal behind the last one, all or none, and later calls either <see cref="NamespaceOwner{TCaller}.Committed"/> or
    /// <see cref="NamespaceOwner{TCaller}.WriteFailed"/>. Never called while a write is in flight.
    /// </summary>
    void Write(IReadOnlyList<NamespaceEvent> events);

    /// <summary>
    /// Tells the directory of namespaces, and later calls one of <see cref="NamespaceOwner{TCaller}.Announced"/>,
    /// <see cref="NamespaceOwner{TCaller}.AnnouncementRefused"/> and <see cref="NamespaceOwner{TCaller}.AnnouncementFailed"/>; not before this returns. Never
    /// called while an announcement is under way.
    /// </summary>
    void Announce(NamespaceAnnouncement announcement);

    /// <summary>
    /// Saves a snapshot, and later calls either <see cref="NamespaceOwner{TCaller}.SnapshotSaved"/> or <see cref="NamespaceOwner{TCaller}.SnapshotFailed"/>.
    /// Nothing that the snapshot refers to changes any more.
    /// </summary>
    void SaveSnapshot(NamespaceSnapshot snapshot);

    /// <summary>Deletes the snapshots that stand at or before a sequence number, and later calls <see cref="NamespaceOwner{TCaller}.SnapshotsDeleted"/>.</summary>
    void DeleteSnapshots(long upToSequence);

    /// <summary>
    /// Deletes events, and later calls either <see cref="NamespaceOwner{TCaller}.EventsDeleted"/> or <see cref="NamespaceOwner{TCaller}.DeletionFailed"/>. Never
    /// called while a deletion or the saving of a snapshot is under way.
    /// </summary>
    void DeleteEvents(long upToSequence);

    /// <summary>Ends the owner: it takes no further call.</summary>
    void Stop();
}
