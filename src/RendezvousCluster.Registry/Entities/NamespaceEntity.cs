using System.Diagnostics.CodeAnalysis;
using Akka.Actor;
using Akka.Cluster.Sharding;
using Akka.Persistence;
using RendezvousCluster.Core;
using RendezvousCluster.Core.Namespaces;
using RendezvousCluster.Protocol;
using RendezvousCluster.Registry.Sharding;

namespace RendezvousCluster.Registry.Entities;

/// <summary>
/// The owner of one namespace in the cluster: a shell that carries commands to <see cref="NamespaceState"/>, events to the journal, and replies
/// back. What it decides itself is only when to write, when to answer and when to stop.
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
/// It may be committed, or be committed a moment later. The entity then knows nothing: it tells everyone who waits to try again
/// (<see cref="RetryLater"/>), stops, and the next command recovers it from what the journal has. Nothing of its memory survives.
/// </para>
/// <para><b>Stopping.</b>
/// At hand-off and when idle the shard sends <see cref="StopEntity"/>: no new work is taken, what waits is told to try again, the write in flight
/// is awaited and answered. A crash loses the memory and whatever was never acknowledged.
/// </para>
/// <para><b>Time.</b>
/// The clock is a parameter. One timer per entity frees expired registrations; reads never depend on it. It waits for the write in flight, because
/// a refresh in that write needs the envelope it refreshes.
/// </para>
/// <para><b>Not here yet.</b>
/// Snapshots and compaction of the journal (the policy will stand beside this file), telling the directory of namespaces on
/// empty↔non-empty, the ledger of quotas per peer, and the janitor that wakes forgotten namespaces. Until then a journal only grows, and recovery
/// replays all of it.
/// </para>
/// </remarks>
[SuppressMessage("Design", "CA1001", Justification = "An actor ends in PostStop, which disposes of the timer.")]
internal sealed partial class NamespaceEntity : UntypedPersistentActor
{
    private readonly NamespaceEntitySettings _settings;
    private readonly GroupCommitQueue<WaitingCommand> _queue = new();
    private readonly SweepTimer _sweep;

    private NamespaceState? _state;
    private List<WaitingReply>? _inFlight; // what to say when the write in flight ends; null when there is none
    private int _eventsInFlight;
    private bool _opened;
    private bool _stopping;

    public NamespaceEntity(string entityId, NamespaceEntitySettings settings)
    {
        PersistenceId = entityId;
        _settings = settings;
        _sweep = new SweepTimer(settings.Time, Self);
    }

    /// <inheritdoc/>
    public override string PersistenceId { get; }

    /// <summary>There are no snapshots yet, so the store need not be asked for one.</summary>
    public override Recovery Recovery => new(SnapshotSelectionCriteria.None);

    internal static Props Props(string entityId, NamespaceEntitySettings settings) =>
        Akka.Actor.Props.Create(() => new NamespaceEntity(entityId, settings));

    /// <inheritdoc/>
    protected override void OnRecover(object message)
    {
        switch (message)
        {
            case NamespaceEvent @event:
                _state ??= new NamespaceState((@event as Opened)?.Namespace
                    ?? throw new InvalidOperationException($"The journal of {PersistenceId} does not begin with its namespace."));
                _state.Apply(@event);
                break;
            case RecoveryCompleted when _state is not null:
                _state.Sweep(_settings.Time.GetUtcNow());
                LogRecovered(PersistenceId, LastSequenceNr, _state.Count);
                Context.SetReceiveTimeout(_settings.IdleTimeout);
                Persist(new Opened(Guid.NewGuid(), _state.Namespace), _ =>
                {
                    _opened = true;
                    _sweep.Set(_state);
                });
                break;
            case RecoveryCompleted:
                Context.SetReceiveTimeout(NamespaceEntitySettings.UnknownIdleTimeout);
                break;
        }
    }

    /// <inheritdoc/>
    protected override void OnCommand(object message)
    {
        switch (message)
        {
            case NamespaceCommand { Message: DiscoverQuery query }:
                if (RefuseStranger(query.Namespace!) is not { } stranger)
                {
                    Sender.Tell(_state!.Read(query, _settings.Time.GetUtcNow()));
                }
                else
                {
                    Sender.Tell(RegistryReplies.Discover(RendezvousStatus.InternalError, stranger));
                }

                break;
            case NamespaceCommand { Message: RegisterCommand register }:
                if (RefuseStranger(register.Namespace) is { } text)
                {
                    Sender.Tell(RegistryReplies.Register(RendezvousStatus.InternalError, text));
                }
                else
                {
                    Enqueue(new WaitingCommand(Sender, register, null), register.Peer);
                }

                break;
            case NamespaceCommand { Message: UnregisterCommand unregister }:
                if (RefuseStranger(unregister.Namespace!) is not null)
                {
                    Sender.Tell(new UnregisterReply(RendezvousStatus.InternalError));
                }
                else
                {
                    Enqueue(new WaitingCommand(Sender, null, unregister), unregister.Peer);
                }

                break;
            case SweepTimer.Due:
                _sweep.Elapsed();
                if (_inFlight is null && _state is not null)
                {
                    _state.Sweep(_settings.Time.GetUtcNow());
                    _sweep.Set(_state);
                }

                break;
            case ReceiveTimeout:
                Context.Parent.Tell(new Passivate(StopEntity.Instance));
                break;
            case StopEntity:
                Stop();
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    /// <inheritdoc/>
    protected override void OnPersistFailure(Exception cause, object @event, long sequenceNr)
    {
        LogWriteFailed(PersistenceId, sequenceNr, cause);
        TellAllToRetry(); // the base class stops the actor
    }

    /// <inheritdoc/>
    protected override void OnPersistRejected(Exception cause, object @event, long sequenceNr)
    {
        LogWriteFailed(PersistenceId, sequenceNr, cause);
        TellAllToRetry();
        Context.Stop(Self);
    }

    /// <inheritdoc/>
    protected override void OnRecoveryFailure(Exception reason, object? message = null) => LogRecoveryFailed(PersistenceId, LastSequenceNr, reason);

    /// <inheritdoc/>
    protected override void PostStop()
    {
        _sweep.Dispose();
        base.PostStop();
    }

    // The id is a hash of the name, so this is a collision of SHA-256 or a bug; either way the wrong registrations must not be shown.
    private string? RefuseStranger(RendezvousNamespace @namespace)
    {
        _state ??= new NamespaceState(@namespace);
        if (_state.Namespace.Equals(@namespace))
        {
            return null;
        }

        LogStranger(PersistenceId, _state.Namespace, @namespace);
        return "This namespace is not served here; report it as a bug.";
    }

    private void Stop()
    {
        _stopping = true;
        _queue.TakeAll().ForEach(waiting => waiting.Sender.Tell(RetryLater.Instance));
        if (_inFlight is null)
        {
            Context.Stop(Self);
        }
    }

    private void TellAllToRetry()
    {
        _inFlight?.ForEach(waiting => waiting.Sender.Tell(RetryLater.Instance));
        _inFlight = null;
        _queue.TakeAll().ForEach(waiting => waiting.Sender.Tell(RetryLater.Instance));
    }
}
