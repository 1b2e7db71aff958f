namespace RendezvousCluster.Core.Ownership;

/// <summary>
/// What has to hold elsewhere before events are written: a lease that others grant. Asking for it takes time; the owner decides nothing
/// meanwhile. The owner hears the end of it: <see cref="JournalOwner{TCaller,TCommand,TQuery,TReply,TEvent,TSnapshot}.PermitGranted"/>,
/// <see cref="JournalOwner{TCaller,TCommand,TQuery,TReply,TEvent,TSnapshot}.PermitRefused"/> or
/// <see cref="JournalOwner{TCaller,TCommand,TQuery,TReply,TEvent,TSnapshot}.PermitFailed"/>.
/// </summary>
/// <typeparam name="TEvent">What is written.</typeparam>
internal interface IWritePermit<in TEvent>
{
    /// <summary>Whether somebody is being asked, and has not answered.</summary>
    bool IsAsking { get; }

    /// <summary>
    /// Whether the events may be written now. If not, it has been asked for; it may also be asked for in good time, beside the write.
    /// </summary>
    bool IsGranted(IReadOnlyList<TEvent> events, DateTimeOffset now);
}
