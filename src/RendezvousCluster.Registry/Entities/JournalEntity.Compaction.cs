using Akka.Actor;
using Akka.Persistence;
using RendezvousCluster.Core.Ownership;

namespace RendezvousCluster.Registry.Entities;

internal abstract partial class JournalEntity<TCommand, TQuery, TReply, TEvent, TSnapshot>
{
    private ITimer? _compaction;

    TimeSpan IOwnerPort<EntityCaller, TReply, TEvent, TSnapshot>.Elapsed => _settings.Time.GetElapsedTime(_startedAt);

    void IOwnerPort<EntityCaller, TReply, TEvent, TSnapshot>.SaveSnapshot(long sequence, TSnapshot snapshot)
    {
        if (sequence != SnapshotSequenceNr)
        {
            throw new InvalidOperationException($"A snapshot of event {sequence} would be filed under {SnapshotSequenceNr}.");
        }

        SaveSnapshot(Times.ToJournal(snapshot, LookAtClocks()));
    }

    void IOwnerPort<EntityCaller, TReply, TEvent, TSnapshot>.DeleteSnapshots(long upToSequence) =>
        DeleteSnapshots(new SnapshotSelectionCriteria(upToSequence));

    void IOwnerPort<EntityCaller, TReply, TEvent, TSnapshot>.DeleteEvents(long upToSequence) => DeleteMessages(upToSequence);

    /// <summary>Sees to it that the journal is shortened further when that is due.</summary>
    protected void ArmCompaction()
    {
        if (Owner.CompactionDueIn is { } wait)
        {
            IActorRef self = Self;
            _compaction ??= _settings.Time.CreateTimer(
                _ => self.Tell(CompactionDue.Instance), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            _compaction.Change(wait, Timeout.InfiniteTimeSpan);
        }
    }

    private bool OnCompaction(object message)
    {
        switch (message)
        {
            case SaveSnapshotSuccess saved:
                Metrics?.SnapshotEnded(isSaved: true);
                Owner.SnapshotSaved(saved.Metadata.SequenceNr, Now);
                break;
            case SaveSnapshotFailure failure:
                Metrics?.SnapshotEnded(isSaved: false);
                LogCompactionFailed(failure.Cause);
                Owner.SnapshotFailed();
                break;
            case DeleteMessagesSuccess:
                Metrics?.EventsDeletionEnded(isDone: true);
                Owner.EventsDeleted();
                break;
            case DeleteMessagesFailure failure:
                Metrics?.EventsDeletionEnded(isDone: false);
                LogCompactionFailed(failure.Cause);
                Owner.DeletionFailed();
                break;
            case DeleteSnapshotsSuccess:
                Metrics?.SnapshotsDeletionEnded(isDone: true);
                Owner.SnapshotsDeleted(areKnownToBe: true);
                break;
            case DeleteSnapshotsFailure failure:
                Metrics?.SnapshotsDeletionEnded(isDone: false);
                LogCompactionFailed(failure.Cause);
                Owner.SnapshotsDeleted(areKnownToBe: false);
                break;
            case CompactionDue:
                Owner.CompactionDue(Now);
                break;
            default:
                return false;
        }

        ArmCompaction();
        return true;
    }

    /// <summary>The journal may be shortened further. An entity that only does that is idle.</summary>
    private sealed class CompactionDue : INotInfluenceReceiveTimeout, INoSerializationVerificationNeeded
    {
        internal static readonly CompactionDue Instance = new();
    }
}
