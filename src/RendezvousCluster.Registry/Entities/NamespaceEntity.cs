using System.Diagnostics.CodeAnalysis;
using Akka.Actor;
using Akka.Cluster.Sharding;
using Akka.Persistence;
using RendezvousCluster.Core;
using RendezvousCluster.Core.Namespaces;
using RendezvousCluster.Registry.Outages;
using RendezvousCluster.Registry.Sharding;
using RendezvousCluster.Registry.Tracing;

namespace RendezvousCluster.Registry.Entities;

/// <summary>
/// The owner of one namespace in the cluster: a shell that carries commands to <see cref="NamespaceOwner{TCaller}"/>, events to the
/// journal, and replies back. It decides nothing; the rules and why they are right stand above the owner.
/// </summary>
/// <remarks>
/// <para><b>Asynchronous writes.</b>
/// Events are persisted with PersistAllAsync, so that reads and new commands are taken in while a write is in flight; that there is one
/// write at a time, and that nothing is answered before the fence, is the owner's doing. The base class stops the actor after a failed
/// write, whose outcome is unknown.
/// </para>
/// <para><b>Stopping.</b>
/// At hand-off and when idle the shard sends <see cref="StopEntity"/>. The base class' own way, a PoisonPill, would overtake what waits
/// behind the write in flight. While the store is away a write in flight is not waited for at hand-off: its outcome is unknown, as that
/// of one that failed.
/// </para>
/// <para><b>Outage.</b>
/// What is in memory when a write fails because the store is away is left behind for a <see cref="StaleReadEntity"/>, which the shard
/// starts in this actor's place until the store is back.
/// </para>
/// <para><b>Time.</b>
/// The clock is a parameter. One timer per entity frees expired registrations; reads never depend on it. A second one is there while the
/// journal waits to be shortened. An owner that has not fenced off an older one leaves memory after
/// <see cref="NamespaceEntitySettings.UnfencedLifetime"/>.
/// </para>
/// </remarks>
[SuppressMessage("Design", "CA1001", Justification = "An actor ends in PostStop, which disposes of the timer.")]
internal sealed partial class NamespaceEntity : UntypedPersistentActor
{
    private readonly NamespaceEntitySettings _settings;
    private readonly NamespaceOwner<EntityCaller> _owner;
    private readonly SweepTimer _sweep;
    private readonly EntityFigures _figures;
    private readonly CommitTrace _commitTrace;
    private readonly long _startedAt;
    private ICancelable? _unfencedEnd;

    public NamespaceEntity(string entityId, NamespaceEntitySettings settings)
    {
        PersistenceId = entityId;
        _settings = settings;
        _startedAt = settings.Time.GetTimestamp();
        _owner = new NamespaceOwner<EntityCaller>(this, settings.Compaction, settings.MaxRegistrations);
        _sweep = new SweepTimer(settings.Time, Self);
        _figures = new EntityFigures(settings.Metrics, settings.Time);
        _commitTrace = new CommitTrace(entityId, settings.Time);
    }

    /// <inheritdoc/>
    public override string PersistenceId { get; }

    private DateTimeOffset Now => _settings.Time.GetUtcNow();

    internal static Props Props(string entityId, NamespaceEntitySettings settings) =>
        Akka.Actor.Props.Create(() => new NamespaceEntity(entityId, settings));

    /// <inheritdoc/>
    protected override void OnRecover(object message)
    {
        switch (message)
        {
            case SnapshotOffer { Snapshot: NamespaceSnapshot snapshot } offer:
                _owner.Recover(snapshot, offer.Metadata.SequenceNr);
                break;
            case NamespaceEvent @event:
                _owner.Recover(@event, LastSequenceNr);
                break;
            case RecoveryCompleted:
                OnRecovered();
                break;
            default:
                throw new InvalidOperationException($"The journal of {PersistenceId} holds a {message.GetType().Name}.");
        }
    }

    /// <inheritdoc/>
    protected override void OnCommand(object message)
    {
        switch (message)
        {
            case NamespaceCommand command:
                OnNamespaceCommand(command);
                break;
            case AnnouncementEnded ended:
                OnAnnouncementEnded(ended.Reply, ended.Cause);
                break;
            case SweepTimer.Due:
                OnSweepDue();
                break;
            case Reclaim:
                OnReclaim();
                break;
            case ReceiveTimeout:
                if (!_settings.Health.IsAway)
                {
                    Passivate();
                }

                break;
            case UnfencedEnd:
                if (!_owner.IsFenced)
                {
                    Passivate();
                }

                break;
            case StopEntity { ClearsUp: false } when _settings.Health.IsAway:
                _owner.Abandon(); // the next owner need not wait for one that nobody will hear of
                break;
            case StopEntity { ClearsUp: true }:
                _owner.StopTidily(Now);
                break;
            case StopEntity:
                _owner.Stop();
                break;
            default:
                if (!OnCompaction(message))
                {
                    Unhandled(message);
                }

                break;
        }
    }

    /// <inheritdoc/>
    protected override void OnPersistFailure(Exception cause, object @event, long sequenceNr)
    {
        LeaveBehind(cause);
        OnWriteFailed(cause, sequenceNr);
    }

    /// <inheritdoc/>
    protected override void OnPersistRejected(Exception cause, object @event, long sequenceNr) => OnWriteFailed(cause, sequenceNr);

    /// <inheritdoc/>
    protected override void OnRecoveryFailure(Exception reason, object? message = null)
    {
        LogRecoveryFailed(PersistenceId, LastSequenceNr, reason);
        _figures.RecoveryFailed();
        _settings.Health.Raise();
    }

    /// <inheritdoc/>
    protected override void PostStop()
    {
        _sweep.Dispose();
        _compaction?.Dispose();
        _unfencedEnd?.Cancel();
        _figures.Dispose();
        base.PostStop();
    }

    private void OnNamespaceCommand(NamespaceCommand command)
    {
        if (_owner.State is { } state && !state.Namespace.Equals(command.Namespace))
        {
            LogStranger(PersistenceId, state.Namespace, command.Namespace);
        }

        var caller = new EntityCaller(Sender, command.TraceParent);
        switch (command.Message)
        {
            case DiscoverQuery query:
                _owner.Read(caller, query, Now);
                if (_owner.IsIdleAndEmpty)
                {
                    Passivate();
                }

                break;
            case INamespaceCommand write:
                _owner.Submit(caller, write, Now);
                break;
        }
    }

    private void OnRecovered()
    {
        try
        {
            _owner.RecoveryCompleted(Guid.NewGuid(), LastSequenceNr, Now);
        }
        catch (InvalidOperationException exception)
        {
            LogRecoveryFailed(PersistenceId, LastSequenceNr, exception);
            _figures.RecoveryFailed();
            Context.Stop(Self);
            return;
        }

        _figures.Recovered(_owner.State?.Count ?? 0);
        _unfencedEnd = Context.System.Scheduler.ScheduleTellOnceCancelable(
            NamespaceEntitySettings.UnfencedLifetime, Self, UnfencedEnd.Instance, ActorRefs.NoSender);
        if (_owner.HasJournal)
        {
            LogRecovered(PersistenceId, LastSequenceNr, _owner.State?.Count ?? 0);
        }
    }

    private void OnSweepDue()
    {
        _sweep.Elapsed();
        Sweep();
        if (_owner.State is not null)
        {
            _sweep.Set(_owner.State);
        }
    }

    private void Sweep()
    {
        _owner.Sweep(Now);
        _figures.Holds(_owner.State?.Count ?? 0);
    }

    private void OnReclaim()
    {
        _owner.KnownToBeOld();
        Sweep();
        if (_owner.IsReclaimable)
        {
            Passivate();
        }
    }

    private static void Passivate() => Context.Parent.Tell(new Passivate(StopEntity.Passivating));

    private sealed class UnfencedEnd : INotInfluenceReceiveTimeout, INoSerializationVerificationNeeded
    {
        internal static readonly UnfencedEnd Instance = new();
    }
}
