namespace RendezvousCluster.Core.Ownership;

/// <summary>
/// The owner of one journal and of the state that follows from it, from recovery to its end: when to write, when to answer, when to stop.
/// Pure: time is an argument, and all that it wants done goes through a port. An actor runs it in the cluster; the simulation runs the
/// same code against every kind of fault. It does not know whether the state is a namespace or a part of the directory.
/// </summary>
/// <remarks>
/// <para><b>Write-ahead log.</b>
/// The journal is the truth and the memory its image. An event is applied, and its reply sent, only when the journal has acknowledged the
/// write that contains it. Queries read what is applied, at any time, also while a write is in flight; so nobody sees what might still be
/// lost. A command that leads to no event and is refused is answered at once.
/// </para>
/// <para><b>Group commit.</b>
/// A durable write takes a good part of a millisecond however small it is, so the number of writes, not of commands, is the limit. While
/// one write is in flight, commands wait in a bounded queue (<see cref="GroupCommitQueue{TCaller,TCommand}"/>); when it ends, all that
/// wait, up to a batch, are decided at one moment and written as one atomic write. A quiet journal pays nothing for this: its single
/// command is written at once. There is never more than one write in flight, so decisions are always made on committed state.
/// </para>
/// <para><b>Fencing token.</b>
/// The journal refuses a second row with the same (persistence id, sequence number): a compare-and-set on the end of the log that does
/// not ask what an owner believes. The first row that an owner writes is its fence, and the number of that row
/// (<see cref="FencingToken"/>) is what others call a fencing token, or the epoch of a leader: it grows from owner to owner, and the next
/// write of an older owner collides with it. An owner that has recovered a state that is not empty writes its fence before it answers
/// anything. One whose state is empty gets no row by being read: anyone may ask for any name, and what has expired is to be cleared away.
/// There the first batch carries the fence in front; until then the owner is not fenced (<see cref="IsFenced"/>), and the port lets it
/// live only for a few seconds, so that a state that was filled behind its back is read as empty no longer than that.
/// </para>
/// <para><b>Lease.</b>
/// Rows that a fence could be made of are deleted in the end. So an owner is trusted for a limited time, counted from the moment at which
/// it asked the journal for its last successful write: a lease that each write renews. After <see cref="CompactionSettings.TrustAge"/> it
/// does not write, but stops and recovers, since its successor may have deleted what it would have collided with.
/// <see cref="JournalCompaction"/> says why that is enough. One that is only read from writes its fence anew in good time, beside the
/// reads, so that an owner that was replaced does not show what it remembers for longer than that.
/// </para>
/// <para><b>An answer without a row.</b>
/// A command that changes nothing can still promise something: an UNREGISTER that finds no registration says that there is none. An owner
/// that was replaced and does not know would say so from a memory that is out of date. So such an answer waits for a proof: the commit of
/// its batch or, when that writes nothing, a look at the end of the journal (<see cref="OwnerPhase.Proving"/>). If that is the row that the
/// owner knows as the last, then at that moment, between the question and the answer, its memory was all that is committed. A look leaves
/// nothing behind, and all that wait share one: many such commands cost no rows, and no more looks than writes would.
/// </para>
/// <para><b>A failed write has an unknown outcome.</b>
/// It may be committed, or be committed a moment later. The owner then knows nothing: it tells everyone who waits to try again, stops,
/// and the next command recovers it from what the journal has. Of its memory survives what was committed before, to be read while there is
/// no journal to recover from, and for a successor that finds a journal that has lost it (<see cref="Remember"/>).
/// </para>
/// <para><b>Holes.</b>
/// A database may lose what it has acknowledged: a copy that lagged takes its place, or it is restored to an earlier time. An owner that
/// meets a <see cref="JournalHole"/> at recovery serves what is right without the events that are missing (what that is, the state knows:
/// <see cref="IJournaledState{TCommand,TQuery,TReply,TEvent,TSnapshot}.PassHole"/>), writes its fence with the first question, also when
/// nothing is left, and a snapshot behind that. The next recovery begins with the snapshot and meets no hole.
/// </para>
/// <para>
/// An owner that lives knows what was lost. The journal takes a write only when the row before it is the last one, and so the owner hears
/// of the loss before it acknowledges anything more (<see cref="PredecessorMissing"/>). It takes the numbers of the rows that are gone
/// (<see cref="IOwnerPort{TCaller,TReply,TEvent,TSnapshot}.Mend"/>), so that of several owners only one goes on from there, and saves what
/// is in memory as a snapshot. Then it goes on. Until both are done it acknowledges nothing, and it does not stop without having tried.
/// </para>
/// <para><b>Damage.</b>
/// An event that cannot be read, or contradicts those before it, differs from a hole: it may be the newest word of any peer, and a later
/// version may read it, or a backup may bring it back. The owner shows nothing then, deletes nothing, and refuses every request at once.
/// </para>
/// <para><b>Outage.</b>
/// While the journal is known to be away the owner tries nothing that could fail: it refuses commands that would write at once, with an
/// outcome that is known, and reads go on. The state of an owner whose write has failed already can be kept for reading
/// (<see cref="KeptState{TQuery,TReply}"/>). The fence cannot be renewed then; instead, that nobody disputes this owner shows that there is
/// no other.
/// </para>
/// <para><b>Permit.</b>
/// Some states may be written only while something holds elsewhere (<see cref="IWritePermit{TEvent}"/>): a registration, only while the
/// directory lists its namespace. A decided batch waits for the permit, and is given up with a known outcome when it does not come.
/// </para>
/// <para><b>Stopping.</b>
/// At hand-off and when idle: no new work is taken, callers that wait are asked to try again, the write in flight is awaited and
/// answered. An owner that leaves because it is idle, or that was woken to clear up, clears the journal of an empty state on its way out.
/// </para>
/// <para><b>Phases.</b>
/// All of this is one state machine (<see cref="OwnerPhase"/>), whose transitions are checked.
/// </para>
/// </remarks>
/// <typeparam name="TCaller">Whom an answer goes to.</typeparam>
/// <typeparam name="TCommand">What may lead to an event.</typeparam>
/// <typeparam name="TQuery">What only reads.</typeparam>
/// <typeparam name="TReply">The answer to either.</typeparam>
/// <typeparam name="TEvent">What stands in the journal.</typeparam>
/// <typeparam name="TSnapshot">What takes the place of events.</typeparam>
/// <param name="port">Does what is wanted.</param>
/// <param name="state">What is owned; empty.</param>
/// <param name="permit">What has to hold elsewhere before events are written; null when nothing has to.</param>
/// <param name="compaction">How the journal is kept short; the numbers of production when null.</param>
internal abstract partial class JournalOwner<TCaller, TCommand, TQuery, TReply, TEvent, TSnapshot>(
    IOwnerPort<TCaller, TReply, TEvent, TSnapshot> port,
    IJournaledState<TCommand, TQuery, TReply, TEvent, TSnapshot> state,
    IWritePermit<TEvent>? permit = null,
    CompactionSettings? compaction = null)
    where TCommand : class
    where TReply : class
    where TEvent : class
    where TSnapshot : class, IJournalSnapshot
{
    private readonly CompactionSettings _settings = compaction ?? CompactionSettings.Default;
    private readonly JournalCompaction _compaction = new(compaction ?? CompactionSettings.Default);

    /// <summary>What it is doing.</summary>
    public OwnerPhase Phase { get; private set; } = OwnerPhase.Recovering;

    /// <summary>How much is in memory.</summary>
    public int Count => state.Count;

    /// <summary>The sequence number of the last committed event.</summary>
    public long LastSequence { get; private set; }

    /// <summary>Whether anything was ever written; a state that was only ever read has no journal.</summary>
    public bool HasJournal => LastSequence > 0;

    /// <summary>Asks for something that may lead to an event.</summary>
    public void Submit(TCaller caller, TCommand command, DateTimeOffset now)
    {
        RequireRecovered();
        if (Phase == OwnerPhase.Unreadable)
        {
            Reply(caller, state.Refuse(command, RefusalReason.JournalUnreadable));
        }
        else if (!state.Adopt(command))
        {
            Reply(caller, state.Refuse(command, RefusalReason.NotHeldHere));
        }
        else
        {
            WriteFenceFirst(now);
            Enqueue(caller, command, now);
        }
    }

    /// <summary>Reads what is committed.</summary>
    public void Read(TCaller caller, TQuery query, DateTimeOffset now)
    {
        RequireRecovered();
        if (Phase == OwnerPhase.Unreadable)
        {
            Reply(caller, state.Refuse(query, RefusalReason.JournalUnreadable));
            return;
        }

        if (!state.Holds(query))
        {
            Reply(caller, state.Refuse(query, RefusalReason.NotHeldHere));
            return;
        }

        WriteFenceFirst(now);
        RenewFence(now);
        if (IsShutOut || IsTooOldToShow)
        {
            Reply(caller, state.Refuse(query, RefusalReason.JournalAway));
        }
        else if (Phase != OwnerPhase.Ended && (IsFenced || IsKnownToBeEmpty))
        {
            Reply(caller, state.Read(query, now));
        }
        else if (Phase == OwnerPhase.Fencing && _waitingReads.Count < GroupCommitLimits.MaxWaitingReads)
        {
            _waitingReads.Add((caller, query));
        }
        else
        {
            port.RetryLater(caller);
        }
    }

    /// <summary>Frees what counts no more, unless a write is in flight: what it was decided on has to stay until then.</summary>
    public void Sweep(DateTimeOffset now)
    {
        if (!IsWriting)
        {
            state.Sweep(now);
        }
    }

    /// <summary>Finishes the write in flight, if there is one, and stops.</summary>
    public void Stop()
    {
        TellWaitingToRetry();
        switch (Phase)
        {
            case OwnerPhase.Fencing or OwnerPhase.Writing:
                MoveTo(OwnerPhase.Stopping);
                break;
            case OwnerPhase.AwaitingPermit:
                MoveTo(OwnerPhase.StoppingAwaitsPermit);
                break;
            case OwnerPhase.Mending:
                MoveTo(OwnerPhase.StoppingMends);
                break;
            case OwnerPhase.Proving:
                Abandon();
                break;
            case OwnerPhase.Stopping or OwnerPhase.StoppingAwaitsPermit or OwnerPhase.StoppingMends or OwnerPhase.ClearingFence:
                break;
            case OwnerPhase.Unfenced or OwnerPhase.Serving when CanMend:
                Mend(OwnerPhase.StoppingMends);
                break;
            default:
                End();
                break;
        }
    }

    /// <summary>
    /// Stops at once. The write under way has an unknown outcome; its callers, and all that wait, hear that they are to ask again.
    /// </summary>
    public void Abandon()
    {
        List<Decided> decided = TakeBatch();
        decided.ForEach(each => port.RetryLater(each.Caller));
        TellWaitingToRetry();
        End();
    }

    private void End()
    {
        if (Phase != OwnerPhase.Ended)
        {
            MoveTo(OwnerPhase.Ended);
            port.Stop();
        }
    }

    private void MoveTo(OwnerPhase next)
    {
        if (!next.MayFollow(Phase))
        {
            throw new InvalidOperationException($"An owner that is {Phase} cannot be {next} next.");
        }

        Phase = next;
    }

    private void RequireRecovered()
    {
        if (Phase == OwnerPhase.Recovering)
        {
            throw new InvalidOperationException("The journal has not been read to its end.");
        }
    }

    private void Reply(TCaller caller, TReply? reply)
    {
        if (reply is null)
        {
            port.RetryLater(caller);
        }
        else
        {
            port.Reply(caller, reply);
        }
    }
}
