using RendezvousCluster.Core.Namespaces;
using RendezvousCluster.Protocol;

namespace RendezvousCluster.Core.Ownership;

/// <summary>
/// The owner of one namespace's journal, from recovery to its end: when to write, when to answer, when to stop. Pure, as
/// <see cref="NamespaceState"/> is: time is an argument, and all that it wants done goes through an <see cref="IOwnerPort{TCaller}"/>. An actor
/// runs it in the cluster; the simulation runs the same code against every kind of fault.
/// </summary>
/// <remarks>
/// <para><b>Group commit.</b>
/// A durable write takes a good part of a millisecond however small it is, so the number of writes, not of commands, is the limit. While one
/// write is in flight, REGISTER and UNREGISTER wait in a bounded queue (<see cref="GroupCommitQueue{T}"/>); when it ends, all that wait, up to a
/// batch, are decided at one moment and written as one atomic write. A quiet namespace pays nothing for this: its single command
/// is written at once. There is never more than one write in flight, so decisions are always made on committed state.
/// </para>
/// <para><b>Reply after commit.</b>
/// An event is applied, and its reply sent, only when the journal has acknowledged the write that contains it. DISCOVER reads what is applied, at
/// any time, also while a write is in flight; so nobody sees what might still be lost. A command that leads to no event is answered at once.
/// </para>
/// <para><b>Fence.</b>
/// The journal refuses a second row with the same (persistence id, sequence number). That is what keeps two owners, after a partition or a long
/// pause, from both acknowledging. An owner that recovers a journal writes <see cref="Opened"/> before it answers anything, so the
/// next write of an older owner collides at once. A namespace without a journal gets none by being read: anyone may ask for any name. There
/// the first write carries <see cref="Opened"/> in front.
/// </para>
/// <para><b>A failed write has an unknown outcome.</b>
/// It may be committed, or be committed a moment later. The owner then knows nothing: it tells everyone who waits to try again, stops, and the
/// next command recovers it from what the journal has. Nothing of its memory survives.
/// </para>
/// <para><b>Listed first.</b>
/// DISCOVER without a namespace goes by a directory of namespaces. A registration is written only when the directory lists the namespace, on
/// disk, for longer than the registration lives. The listing reaches a day beyond that and is renewed half a day before, so a write has to wait for it only
/// when the namespace is new or has just been recovered. How active the namespace is it tells beside the writes, once a minute at most.
/// </para>
/// <para><b>Stopping.</b>
/// At hand-off and when idle: no new work is taken, what waits is told to try again, the write in flight is awaited and answered.
/// </para>
/// </remarks>
internal sealed partial class NamespaceOwner<TCaller>(IOwnerPort<TCaller> port)
{
    private bool _stopping;
    private bool _stopped;

    /// <summary>What is committed; null while nobody has said which namespace this is.</summary>
    public NamespaceState? State { get; private set; }

    /// <summary>Whether this owner has written, or is known to need, a journal; a namespace that was only read has none.</summary>
    public bool HasJournal => LastSequence > 0;

    /// <summary>The sequence number of the last committed event.</summary>
    public long LastSequence { get; private set; }

    /// <summary>Takes in an event of the journal, in order, before anything else.</summary>
    /// <exception cref="InvalidOperationException">The journal has a gap, does not begin with its namespace, or contradicts itself.</exception>
    public void Recover(NamespaceEvent @event, long sequence)
    {
        if (sequence != LastSequence + 1)
        {
            throw new InvalidOperationException($"Event {sequence} follows {LastSequence}: the journal has lost what is between.");
        }

        State ??= new NamespaceState((@event as Opened)?.Namespace
            ?? throw new InvalidOperationException($"The journal does not begin with its namespace but with {@event.GetType().Name}."));
        State.Apply(@event);
        LastSequence = sequence;
    }

    /// <summary>The journal has been read to its end. An owner with a journal fences off the one before it, and answers nothing until that is done.</summary>
    public void RecoveryCompleted(Guid incarnation, DateTimeOffset now)
    {
        _incarnation = incarnation;
        if (State is not null)
        {
            State.Sweep(now);
            _opening = true;
            Write([new Opened(incarnation, State.Namespace)], [], now);
        }
    }

    /// <summary>
    /// Whether this is the owner of that namespace; the first one asked for is. The id of an owner is a hash of the name, so anything else is a
    /// collision of SHA-256 or a bug, and then the wrong registrations must not be shown.
    /// </summary>
    public bool Serves(RendezvousNamespace @namespace)
    {
        State ??= new NamespaceState(@namespace);
        return State.Namespace.Equals(@namespace);
    }

    /// <summary>Asks for a registration.</summary>
    public void Register(TCaller caller, RegisterCommand command, DateTimeOffset now)
    {
        if (!Serves(command.Namespace))
        {
            port.Reply(caller, RegistryReplies.Register(RendezvousStatus.InternalError, StatusTexts.NotServedHere));
        }
        else
        {
            Enqueue(new WaitingCommand(caller, command, null), command.Peer, now);
        }
    }

    /// <summary>Takes a registration back.</summary>
    /// <exception cref="ArgumentException">It names no namespace.</exception>
    public void Unregister(TCaller caller, UnregisterCommand command, DateTimeOffset now)
    {
        if (!Serves(command.Namespace ?? throw new ArgumentException("A namespace is needed.", nameof(command))))
        {
            port.Reply(caller, new UnregisterReply(RendezvousStatus.InternalError));
        }
        else
        {
            Enqueue(new WaitingCommand(caller, null, command), command.Peer, now);
        }
    }

    /// <summary>Reads a page of what is committed.</summary>
    /// <exception cref="ArgumentException">It names no namespace.</exception>
    public void Discover(TCaller caller, DiscoverQuery query, DateTimeOffset now)
    {
        if (!Serves(query.Namespace ?? throw new ArgumentException("A namespace is needed.", nameof(query))))
        {
            port.Reply(caller, RegistryReplies.Discover(RendezvousStatus.InternalError, StatusTexts.NotServedHere));
        }
        else if (!_opening)
        {
            port.Reply(caller, State!.Read(query, now));
        }
        else if (_waitingReads.Count < MaxWaitingReads)
        {
            _waitingReads.Add((caller, query));
        }
        else
        {
            port.RetryLater(caller);
        }
    }

    /// <summary>
    /// Frees what has expired, unless a write is in flight: a refresh in that write needs the envelope it refreshes.
    /// </summary>
    public void Sweep(DateTimeOffset now)
    {
        if (!IsWriting)
        {
            State?.Sweep(now);
        }
    }

    /// <summary>Finishes the write in flight, if there is one, and stops.</summary>
    public void Stop()
    {
        _stopping = true;
        TellWaitingToRetry();
        if (!IsWriting)
        {
            End();
        }
    }

    private void End()
    {
        if (!_stopped)
        {
            _stopped = true;
            port.Stop();
        }
    }
}
