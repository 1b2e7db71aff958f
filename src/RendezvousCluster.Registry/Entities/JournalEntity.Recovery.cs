using Akka.Actor;
using Akka.Persistence;
using RendezvousCluster.Core.Ownership;
using RendezvousCluster.Registry.Journal;
using RendezvousCluster.Registry.Outages;
using RendezvousCluster.Registry.Serialization;

namespace RendezvousCluster.Registry.Entities;

internal abstract partial class JournalEntity<TCommand, TQuery, TReply, TEvent, TSnapshot>
{
    private ICancelable? _unfencedEnd;

    // The last event that was read, with its writer.
    private JournalEnd _readLast;

    // The memory of an owner on another node, while the journal is asked whether it counts.
    private HandedMemory? _offered;

    // Why the journal cannot be read to its end.
    private string? _damage;
    private TimeSpan _refusesFor = JournalEntitySettings.UnreadableLifetime;

    /// <inheritdoc/>
    protected sealed override void OnRecover(object message)
    {
        switch (message)
        {
            case RecoveryCompleted when _damage is null:
                OnRecovered();
                break;
            case RecoveryCompleted:
                OnUnreadable(_damage);
                break;
            case UnreadableEvent unreadable:
                _damage ??= $"Event {LastSequenceNr} in the table 'journal' cannot be read: {unreadable.Reason}";
                break;
            default:
                ReadRow(message);
                break;
        }
    }

    /// <inheritdoc/>
    protected sealed override void OnRecoveryFailure(Exception reason, object? message = null)
    {
        LogRecoveryFailed(LastSequenceNr, reason.GetBaseException().Message);
        Metrics?.RecoveryFailed();
        _settings.Health.Raise();
    }

    private void ReadRow(object message)
    {
        try
        {
            switch (message)
            {
                case var _ when _damage is not null:
                    break;
                case SnapshotOffer { Snapshot: TSnapshot snapshot } offer:
                    Owner.Recover(Times.FromJournal(snapshot, Clock), offer.Metadata.SequenceNr);
                    break;
                case TEvent @event:
                    if (LastSequenceNr != Owner.LastSequence + 1)
                    {
                        Times.PassHole();
                    }

                    Owner.Recover(Times.FromJournal(@event, Clock), LastSequenceNr);
                    break;
                default:
                    _damage = $"It holds a {message.GetType().Name}.";
                    break;
            }
        }
        catch (InvalidOperationException exception)
        {
            // Unlike an event that cannot be read, this may be the database's mistake, which the next reading does not meet.
            _damage = exception.Message;
            _refusesFor = JournalEntitySettings.UnfencedLifetime;
        }
    }

    private void OnUnreadable(string damage)
    {
        Owner.RecoveryFailed();
        Metrics?.RecoveryFailed();
        LogRecoveryFailed(Owner.LastSequence, damage);
        PassivateAfter(_refusesFor);
    }

    private void OnRecovered()
    {
        if (_settings.Health.Kept.FindMemory(PersistenceId, Context.Parent) is KeptMemory<TSnapshot> memory)
        {
            Owner.Inherit(memory, LastSequenceNr);
        }
        else if (_settings.Health.Kept.Handed.Find(PersistenceId) is { } offered && offered.Sequence > LastSequenceNr)
        {
            if (LastSequenceNr == 0)
            {
                Inherit(offered); // nobody has gone on from nothing
            }
            else if (offered.WriterOf(LastSequenceNr) is { } writer)
            {
                _offered = offered;
                LookAtEnd(LastSequenceNr, writer);
                return;
            }
        }

        Begin();
    }

    private void OnOfferLookedAt(Exception? cause)
    {
        HandedMemory offered = _offered!;
        _offered = null;
        Stash.UnstashAll();
        switch (SeenBy(cause))
        {
            case JournalEndSeen.Unknown or JournalEndSeen.RowsLost:
                Owner.RecoveryFailed(); // the next one reads and asks anew
                LogRecoveryFailed(LastSequenceNr, cause!.Message);
                _settings.Health.Raise();
                PassivateAfter(TimeSpan.Zero);
                return;
            case JournalEndSeen.AsKnown:
                Inherit(offered);
                break;
        }

        Begin();
    }

    private void Inherit(HandedMemory offered)
    {
        if (MemoryCodec.TryOpen(offered, out TSnapshot? snapshot))
        {
            Owner.Inherit(new KeptMemory<TSnapshot>(offered.Sequence, () => Times.FromJournal(snapshot, Clock)), LastSequenceNr);
        }
    }

    private void Begin()
    {
        Owner.RecoveryCompleted(Guid.NewGuid(), LastSequenceNr, Now);
        Metrics?.Recovered(Owner.Count);
        if (Owner.Hole is { } hole)
        {
            _settings.Holes?.MetAtRecovery();
            LogHole(hole, Owner.Count);
        }

        if (Owner.HoleMet is { } known)
        {
            _settings.Holes?.MetAtWrite();
            LogHoleMet(known, Owner.Count);
        }

        PassivateAfter(JournalEntitySettings.UnfencedLifetime);
        if (Owner.HasJournal)
        {
            LogRecovered(LastSequenceNr, Owner.Count);
        }
    }

    private void PassivateAfter(TimeSpan lifetime) => _unfencedEnd = Context.System.Scheduler.ScheduleTellOnceCancelable(
        lifetime, Self, UnfencedEnd.Instance, ActorRefs.NoSender);
}
