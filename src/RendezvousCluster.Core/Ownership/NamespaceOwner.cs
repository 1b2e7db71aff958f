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
/// pause, from both acknowledging. An owner that has recovered registrations writes <see cref="Opened"/> before it answers its first command, so the
/// next write of an older owner collides at once. A namespace that is empty gets no row by being read: anyone may ask for any name, and what
/// has expired is to be cleared away. There the first write carries <see cref="Opened"/> in front; until then the owner is not fenced
/// (<see cref="IsFenced"/>), and whoever runs it lets it live only for a few seconds, so that a namespace that was filled behind its back is
/// read as empty no longer than that.
/// </para>
/// <para><b>Trust.</b>
/// Rows that a fence could be made of are deleted in the end. An owner that has not written for <see cref="CompactionSettings.TrustAge"/> may have
/// been replaced by one that has deleted since; it does not write, but stops and recovers. <see cref="JournalCompaction"/> says why that is enough. One that is only
/// read from writes its fence anew in good time, beside the reads, so that an owner that was replaced does not show what it remembers for longer than that.
/// </para>
/// <para><b>A failed write has an unknown outcome.</b>
/// It may be committed, or be committed a moment later. The owner then knows nothing: it tells everyone who waits to try again, stops, and the
/// next command recovers it from what the journal has. Nothing of its memory survives, but for being read while there is no journal to recover from.
/// </para>
/// <para><b>Outage.</b>
/// While the journal is known to be away (<see cref="IOwnerPort{TCaller}.IsJournalAway"/>) nothing is tried that could fail: what would be written is refused at
/// once, with an outcome that is known, and reads go on. What an owner knew whose write has failed already can be kept for reading
/// (<see cref="KeptNamespace"/>). The fence cannot be renewed then; what shows instead that there is no other owner is that nobody disputes this one.
/// </para>
/// <para><b>Listed first.</b>
/// DISCOVER without a namespace goes by a directory of namespaces. A registration is written only when the directory lists the namespace, on
/// disk, for longer than the registration lives. The listing reaches a day beyond that and is renewed half a day before, so a write has to wait for it only
/// when the namespace is new or has just been recovered. How active the namespace is it tells beside the writes, once a minute at most.
/// </para>
/// <para><b>Stopping.</b>
/// At hand-off and when idle: no new work is taken, what waits is told to try again, the write in flight is awaited and answered. An owner
/// that leaves because it is idle, or that was woken to clear up, clears the journal of an empty namespace on its way out.
/// </para>
/// </remarks>
/// <param name="port">Who does what is wanted.</param>
/// <param name="compaction">How the journal is kept short; the numbers of production when null.</param>
/// <param name="maxRegistrations">How many registrations the namespace may have.</param>
internal sealed partial class NamespaceOwner<TCaller>(
    IOwnerPort<TCaller> port, CompactionSettings? compaction = null, int maxRegistrations = NamespaceState.DefaultMaxRegistrations)
{
    private readonly CompactionSettings _settings = compaction ?? CompactionSettings.Default;
    private readonly JournalCompaction _compaction = new(compaction ?? CompactionSettings.Default);
    private bool _stopping;
    private bool _stopped;

    /// <summary>What is committed; null while nobody has said which namespace this is.</summary>
    public NamespaceState? State
    {
        get;
        private set
        {
            field = value;
            field?.MaxRegistrations = maxRegistrations;
        }
    }

    /// <summary>Whether the namespace has a journal; one that was only ever read has none.</summary>
    public bool HasJournal => LastSequence > 0;

    /// <summary>Whether an older owner's next write would collide: this one has written since it recovered.</summary>
    public bool IsFenced => _opened;

    /// <summary>The sequence number of the last committed event.</summary>
    public long LastSequence { get; private set; }

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
            OpenFirst(now);
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
            OpenFirst(now);
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
        else
        {
            OpenFirst(now);
            RenewFence(now);
            if (IsShutOut || IsTooOldToShow)
            {
                port.Reply(caller, KeptNamespace.Refusal(query));
            }
            else
            {
                Read(caller, query, now);
            }
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
