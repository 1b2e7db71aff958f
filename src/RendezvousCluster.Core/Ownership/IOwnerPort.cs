namespace RendezvousCluster.Core.Ownership;

/// <summary>
/// What a <see cref="JournalOwner{TCaller,TCommand,TQuery,TReply,TEvent,TSnapshot}"/> wants done, by an actor over a journal or by a
/// simulation.
/// </summary>
/// <typeparam name="TCaller">Whom an answer goes to.</typeparam>
/// <typeparam name="TReply">What is answered.</typeparam>
/// <typeparam name="TEvent">What stands in the journal.</typeparam>
/// <typeparam name="TSnapshot">What takes the place of events.</typeparam>
internal interface IOwnerPort<in TCaller, in TReply, in TEvent, in TSnapshot>
{
    /// <summary>
    /// A clock of this process that only goes forward, even when the wall clock steps back. Where it begins means nothing.
    /// </summary>
    TimeSpan Elapsed { get; }

    /// <summary>
    /// Whether the journal is known to take no writes now. The owner then refuses commands that would write without trying, and still shows
    /// the committed state: a write that fails costs the owner its memory, and without the journal nobody can recover it.
    /// </summary>
    bool IsJournalAway { get; }

    /// <summary>
    /// Whether nothing that this process sees of the others speaks against its still being the one that runs this owner. Asked only while
    /// the journal, which alone knows, is away.
    /// </summary>
    bool IsUndisputed { get; }

    /// <summary>Answers a command or a query.</summary>
    void Reply(TCaller caller, TReply reply);

    /// <summary>Tells a caller to ask again: the command was not taken, or nobody knows what became of it.</summary>
    void RetryLater(TCaller caller);

    /// <summary>
    /// Writes events to the journal behind the last one, all or none, and later calls either
    /// <see cref="JournalOwner{TCaller,TCommand,TQuery,TReply,TEvent,TSnapshot}.Committed"/>,
    /// <see cref="JournalOwner{TCaller,TCommand,TQuery,TReply,TEvent,TSnapshot}.WriteFailed"/> or, when the journal ends before the last
    /// event, <see cref="JournalOwner{TCaller,TCommand,TQuery,TReply,TEvent,TSnapshot}.PredecessorMissing"/>. Never called while a write is
    /// in flight.
    /// </summary>
    void Write(IReadOnlyList<TEvent> events);

    /// <summary>
    /// Asks the journal with which row it ends, and later calls
    /// <see cref="JournalOwner{TCaller,TCommand,TQuery,TReply,TEvent,TSnapshot}.EndSeen"/>. Never called while a write is in flight.
    /// </summary>
    /// <param name="expected">The number of the last row as far as the owner knows; 0 when there is none.</param>
    /// <param name="isOwn">Whether the owner wrote that row.</param>
    void LookAtEnd(long expected, bool isOwn);

    /// <summary>
    /// Takes the numbers that follow the last row of the journal, up to one, so that no other owner goes on from there; and later calls
    /// either <see cref="JournalOwner{TCaller,TCommand,TQuery,TReply,TEvent,TSnapshot}.Mended"/> or
    /// <see cref="JournalOwner{TCaller,TCommand,TQuery,TReply,TEvent,TSnapshot}.MendFailed"/>. It has succeeded also when an earlier try of
    /// the same owner had, and nobody knew.
    /// </summary>
    /// <param name="found">The last row that there is.</param>
    /// <param name="to">The number up to which they are taken.</param>
    void Mend(long found, long to);

    /// <summary>
    /// Saves a snapshot, and later calls either <see cref="JournalOwner{TCaller,TCommand,TQuery,TReply,TEvent,TSnapshot}.SnapshotSaved"/>
    /// or <see cref="JournalOwner{TCaller,TCommand,TQuery,TReply,TEvent,TSnapshot}.SnapshotFailed"/>. Nothing that the snapshot refers to
    /// changes any more.
    /// </summary>
    void SaveSnapshot(long sequence, TSnapshot snapshot);

    /// <summary>
    /// Deletes the snapshots that stand at or before a sequence number, and later calls
    /// <see cref="JournalOwner{TCaller,TCommand,TQuery,TReply,TEvent,TSnapshot}.SnapshotsDeleted"/>.
    /// </summary>
    void DeleteSnapshots(long upToSequence);

    /// <summary>
    /// Deletes events, and later calls either <see cref="JournalOwner{TCaller,TCommand,TQuery,TReply,TEvent,TSnapshot}.EventsDeleted"/>
    /// or <see cref="JournalOwner{TCaller,TCommand,TQuery,TReply,TEvent,TSnapshot}.DeletionFailed"/>. Never called while a deletion or
    /// the saving of a snapshot is under way.
    /// </summary>
    void DeleteEvents(long upToSequence);

    /// <summary>Ends the owner: it takes no further call.</summary>
    void Stop();
}
