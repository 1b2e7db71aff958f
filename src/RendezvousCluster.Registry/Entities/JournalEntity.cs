using System.Diagnostics.CodeAnalysis;
using Akka.Actor;
using Akka.Cluster.Sharding;
using Akka.Persistence;
using RendezvousCluster.Core.Clocks;
using RendezvousCluster.Core.Ownership;
using RendezvousCluster.Registry.Journal;
using RendezvousCluster.Registry.Sharding;

namespace RendezvousCluster.Registry.Entities;

/// <summary>
/// The owner of one journal in the cluster: a shell that carries commands to a
/// <see cref="JournalOwner{TCaller,TCommand,TQuery,TReply,TEvent,TSnapshot}"/>, events to the journal, and replies back. It decides
/// nothing; the rules and why they are right stand above the owner.
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
/// When a write fails because the store is away, the actor leaves its state behind for a stale-read entity, which the shard starts in its
/// place until the store is back; and for its successor, should the store that is back have lost something. The same when it has to stop
/// while the store is away. With its shard the state goes to the other nodes (<see cref="Outages.MemoryHandOver"/>). A successor that is
/// offered it there asks the journal who wrote its last row, and lets everything else wait for the answer.
/// </para>
/// <para><b>Damage.</b>
/// An actor whose recovery fails is stopped by the base class, and its callers wait in vain. So an event that cannot be read comes as an
/// <see cref="UnreadableEvent"/>, and the actor stays to refuse requests, for <see cref="JournalEntitySettings.UnreadableLifetime"/>.
/// </para>
/// <para><b>Time.</b>
/// The clock is a parameter. One timer per entity frees what has expired; reads never depend on it. A second one is there while the
/// journal waits to be shortened. An owner that has not fenced off an older one leaves memory after
/// <see cref="JournalEntitySettings.UnfencedLifetime"/>.
/// </para>
/// <para><b>Clocks.</b>
/// The owner goes by the steady clock of the process; on disk stand times of the wall clock. They are translated here, on the way to the
/// journal and back. An entity that has read times of another process, and then learns that its wall clock may have been ahead, reads them
/// again: it makes way for a successor with the next message. So does one whose process has taken over the time of its cluster since, if
/// that is another one; until then it goes on by the scale that its state has.
/// </para>
/// </remarks>
/// <typeparam name="TCommand">What may lead to an event.</typeparam>
/// <typeparam name="TQuery">What only reads.</typeparam>
/// <typeparam name="TReply">The answer to either.</typeparam>
/// <typeparam name="TEvent">What stands in the journal.</typeparam>
/// <typeparam name="TSnapshot">What takes the place of events.</typeparam>
[SuppressMessage("Design", "CA1001", Justification = "An actor ends in PostStop, which disposes of the timer.")]
internal abstract partial class JournalEntity<TCommand, TQuery, TReply, TEvent, TSnapshot> : UntypedPersistentActor
    where TCommand : class
    where TReply : class
    where TEvent : class
    where TSnapshot : class, IJournalSnapshot
{
    private readonly JournalEntitySettings _settings;
    private readonly SweepTimer _sweep;
    private readonly TimeScale _scale;
    private readonly long _startedAt;
    private ICancelable? _verification;
    private bool _leavesMemory;

    protected JournalEntity(string entityId, JournalEntitySettings settings)
    {
        PersistenceId = entityId;
        _settings = settings;
        _scale = settings.Clock.Scale;
        Clock = settings.Clock.Look(_scale);
        _startedAt = settings.Time.GetTimestamp();
        _sweep = new SweepTimer(settings.Time, Self);
    }

    /// <inheritdoc/>
    public override string PersistenceId { get; }

    /// <summary>Carries out the rules.</summary>
    protected abstract JournalOwner<EntityCaller, TCommand, TQuery, TReply, TEvent, TSnapshot> Owner { get; }

    /// <summary>Translates the times on disk.</summary>
    protected abstract IJournalTimes<TEvent, TSnapshot> Times { get; }

    /// <summary>What the clocks said when the journal was read.</summary>
    protected ClockReading Clock { get; }

    /// <summary>
    /// Whether rows of another process may have been taken for older than they are, or the process goes by another scale since, and the
    /// journal can be read again.
    /// </summary>
    protected bool MustReadAgain =>
        (_settings.Clock.Scale.IsApartFrom(_scale) || (Times.AnyEstimated && _settings.Clock.LowestIn(_scale) < Clock.Lowest))
        && !_settings.Health.IsAway;

    /// <summary>When the next sweep is worth its while; null when nothing is stored.</summary>
    protected abstract DateTimeOffset? NextSweep { get; }

    /// <summary>An entity that got no command for this long leaves memory; null for one that stays.</summary>
    protected virtual TimeSpan? IdleTimeout => null;

    /// <summary>What the entity adds to its node's metrics; null for one that is not counted.</summary>
    protected virtual EntityMetricsRecorder? Metrics => null;

    /// <summary>The time by the scale of the state.</summary>
    protected DateTimeOffset Now => _settings.Clock.NowIn(_scale);

    /// <summary>Takes in what only this kind of entity knows: its commands and queries above all.</summary>
    /// <returns>Whether it was known.</returns>
    protected abstract bool OnMessage(object message);

    /// <summary>
    /// How to answer what an owner of this kind is asked from what an entity has left behind. The entity itself is gone by then.
    /// </summary>
    protected abstract Func<object, object> AnswerFrom(KeptState<TQuery, TReply> kept);

    /// <inheritdoc/>
    protected sealed override void OnCommand(object message)
    {
        switch (message)
        {
            case JournalEndLookedAt looked when _offered is not null:
                OnOfferLookedAt(looked.Cause);
                break;
            case var _ when _offered is not null:
                Stash.Stash();
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
                if (!Owner.IsFenced)
                {
                    Passivate();
                }

                break;
            case VerifyJournal verify:
                OnVerify(verify);
                break;
            case MendJournalEnded ended:
                OnMendEnded(ended.Cause);
                ArmCompaction();
                break;
            case JournalEndLookedAt looked:
                OnEndLookedAt(looked.Cause);
                break;
            case StopEntity stop:
                OnStop(stop);
                break;
            default:
                if (!OnMessage(message) && !OnCompaction(message))
                {
                    Unhandled(message);
                }

                break;
        }
    }

    /// <summary>The base class has the id by which it writes for itself; a row that comes back as written says it.</summary>
    protected sealed override bool AroundReceive(Receive receive, object message)
    {
        switch (message)
        {
            case WriteMessageSuccess written:
                _writer = written.Persistent.WriterGuid;
                break;
            case ReplayedMessage replayed:
                _readLast = new JournalEnd(replayed.Persistent.SequenceNr, replayed.Persistent.WriterGuid);
                break;
        }

        return base.AroundReceive(receive, message);
    }

    /// <summary>Reads for a caller. An owner that is empty and has nothing to do leaves memory.</summary>
    protected void Read(EntityCaller caller, TQuery query)
    {
        Owner.Read(caller, query, Now);
        if (Owner.IsIdleAndEmpty)
        {
            Passivate();
        }
    }

    /// <inheritdoc/>
    protected sealed override void OnPersistFailure(Exception cause, object @event, long sequenceNr)
    {
        LeaveBehind(cause);
        OnWriteFailed(cause, sequenceNr);
    }

    /// <inheritdoc/>
    protected sealed override void OnPersistRejected(Exception cause, object @event, long sequenceNr)
    {
        if (cause is PredecessorMissingException missing)
        {
            OnPredecessorMissing(missing, sequenceNr);
        }
        else
        {
            OnWriteFailed(cause, sequenceNr);
        }
    }

    /// <inheritdoc/>
    protected sealed override void PostStop()
    {
        _sweep.Dispose();
        _compaction?.Dispose();
        _unfencedEnd?.Cancel();
        _verification?.Cancel();
        Metrics?.Dispose();
        base.PostStop();
    }

    protected abstract void LogRecovered(long sequence, int count);

    protected abstract void LogHole(JournalHole hole, int count);

    protected abstract void LogHoleMet(JournalHole hole, int count);

    protected abstract void LogMendFailed(string reason);

    protected abstract void LogRecoveryFailed(long sequence, string reason);

    protected abstract void LogWriteFailed(long sequence, Exception cause);

    protected abstract void LogCompactionFailed(Exception cause);

    private void OnSweepDue()
    {
        _sweep.Elapsed();
        if (MustReadAgain)
        {
            ReadAgain();
            return;
        }

        Sweep();
        _sweep.Set(NextSweep);
    }

    private void Sweep()
    {
        Owner.Sweep(Now);
        Metrics?.Holds(Owner.Count);
    }

    // A store that is away, or is just failing, can come back with less than this owner knows.
    private void OnStop(StopEntity stop)
    {
        _leavesMemory = !stop.ClearsUp || _settings.Health.Suspicion is not null;
        if (_settings.Health.IsAway && !stop.ClearsUp)
        {
            Owner.Abandon(); // the next owner need not wait for one that nobody will hear of
            return;
        }

        VerifyIfDue();
        Stop(stop);
    }

    private void Stop(StopEntity stop)
    {
        if (stop.ClearsUp && !MustReadAgain)
        {
            Owner.StopTidily(Now);
        }
        else
        {
            Owner.Stop();
        }
    }

    // An owner that is to look whether the database still has what it knows does so before it goes: nobody else knows it.
    private void VerifyIfDue()
    {
        if (_verification is not null)
        {
            Owner.Verify(Now);
        }
    }

    // All of those that live hear of it at once; a database that has just come back need not have a write of each of them at once.
    private void OnVerify(VerifyJournal verify)
    {
        if (verify.EntityId is not null)
        {
            _verification = null;
            Owner.Verify(Now);
            return;
        }

        _verification?.Cancel();
        _verification = Context.System.Scheduler.ScheduleTellOnceCancelable(
            JournalEntitySettings.VerificationSpread * Random.Shared.NextDouble(),
            Self,
            new VerifyJournal(PersistenceId),
            ActorRefs.NoSender);
    }

    private void OnReclaim()
    {
        if (MustReadAgain)
        {
            ReadAgain();
            return;
        }

        Owner.KnownToBeOld();
        Sweep();
        if (Owner.IsReclaimable)
        {
            Passivate();
        }
    }

    /// <summary>What the clocks say now, by the scale of the state.</summary>
    private ClockReading LookAtClocks() => _settings.Clock.Look(_scale);

    /// <summary>Makes way for a successor, which reads the journal by what the clocks say now.</summary>
    protected static void ReadAgain() => Context.Parent.Tell(new Passivate(StopEntity.Instance));

    private static void Passivate() => Context.Parent.Tell(new Passivate(StopEntity.Passivating));

    private sealed class UnfencedEnd : INotInfluenceReceiveTimeout, INoSerializationVerificationNeeded
    {
        internal static readonly UnfencedEnd Instance = new();
    }
}
