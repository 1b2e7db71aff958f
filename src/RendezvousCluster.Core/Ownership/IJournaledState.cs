namespace RendezvousCluster.Core.Ownership;

/// <summary>
/// What a <see cref="JournalOwner{TCaller,TCommand,TQuery,TReply,TEvent,TSnapshot}"/> owns: a state that follows from the events of its
/// journal. Pure: time is an argument. It says what follows from a command; when that is written, answered or forgotten is the owner's
/// business.
/// </summary>
/// <typeparam name="TCommand">What may lead to an event.</typeparam>
/// <typeparam name="TQuery">What only reads.</typeparam>
/// <typeparam name="TReply">The answer to either.</typeparam>
/// <typeparam name="TEvent">What stands in the journal.</typeparam>
/// <typeparam name="TSnapshot">What takes the place of events.</typeparam>
internal interface IJournaledState<TCommand, in TQuery, TReply, TEvent, TSnapshot> : IReadableState<TQuery, TReply>
    where TCommand : class
    where TReply : class
    where TEvent : class
    where TSnapshot : class, IJournalSnapshot
{
    /// <summary>
    /// Which commands depend on one another: equal ones are decided one after the other, each on what the one before it has committed.
    /// </summary>
    IEqualityComparer<TCommand> Dependence { get; }

    /// <summary>Whether forgetting this state would change no answer.</summary>
    bool IsEmpty { get; }

    /// <summary>Whether it is known what it is the state of: without that neither a fence nor a snapshot can be written.</summary>
    bool IsNamed { get; }

    /// <summary>How much there is in memory: what a snapshot costs.</summary>
    int Count { get; }

    /// <summary>
    /// Events are missing before the one that comes next. From there on until <see cref="Recovered"/> an event is taken in as far as it is
    /// right regardless of what is missing: one that builds on what nobody can read any more is passed over.
    /// </summary>
    void PassHole();

    /// <summary>Takes a snapshot in, before any event.</summary>
    /// <exception cref="InvalidOperationException">It contradicts itself.</exception>
    void Restore(TSnapshot snapshot);

    /// <summary>Takes a committed event in. Decides nothing: it is the same in life and at recovery.</summary>
    /// <exception cref="InvalidOperationException">It cannot follow what came before.</exception>
    void Apply(TEvent @event);

    /// <summary>Whether nothing counts that came before this event.</summary>
    bool BeginsAfresh(TEvent @event);

    /// <summary>
    /// Whether a journal may begin with this event, regardless of its number: what was before it was cleared away, as it counted no more.
    /// </summary>
    bool MayBegin(TEvent @event);

    /// <summary>The journal is read to its end.</summary>
    void Recovered(DateTimeOffset now);

    /// <summary>Whether a command is about this state. A state that has no identity yet takes that of the first command.</summary>
    bool Adopt(TCommand command);

    /// <summary>
    /// A batch begins: what is decided until the next one is committed as one. Nothing decided is waiting to be committed.
    /// </summary>
    void BeginBatch(DateTimeOffset now);

    /// <summary>What a command leads to, given what is committed and what was decided before in this batch.</summary>
    /// <returns>
    /// The event, if the command leads to one, and the answer to give once it is committed. If there is none, the answer goes out at once,
    /// or, when it promises what only the newest state can promise, once the owner has proved that its memory is that.
    /// </returns>
    (TEvent? Event, TReply Reply, bool MustBeProved) Decide(TCommand command, DateTimeOffset now);

    /// <summary>The answer to a command that is refused; null when the caller is to ask again.</summary>
    TReply? Refuse(TCommand command, RefusalReason reason);

    /// <summary>The event that fences off older owners.</summary>
    /// <param name="incarnation">A number for this owner alone.</param>
    /// <param name="afresh">Whether nothing before it counts.</param>
    TEvent Fence(Guid incarnation, bool afresh);

    /// <summary>Frees what counts no more.</summary>
    void Sweep(DateTimeOffset now);

    /// <summary>The whole state. Objects that it refers to never change.</summary>
    TSnapshot ToSnapshot(SnapshotPlace place);
}
