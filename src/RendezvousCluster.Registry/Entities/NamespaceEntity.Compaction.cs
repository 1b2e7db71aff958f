using Akka.Actor;
using Akka.Persistence;
using RendezvousCluster.Core.Namespaces;
using IPort = RendezvousCluster.Core.Ownership.IOwnerPort<
    RendezvousCluster.Registry.Entities.EntityCaller,
    RendezvousCluster.Core.Namespaces.INamespaceReply,
    RendezvousCluster.Core.Namespaces.NamespaceEvent,
    RendezvousCluster.Core.Namespaces.NamespaceSnapshot>;

namespace RendezvousCluster.Registry.Entities;

internal sealed partial class NamespaceEntity
{
    private ITimer? _compaction;

    TimeSpan IPort.Elapsed => _settings.Time.GetElapsedTime(_startedAt);

    void IPort.SaveSnapshot(long sequence, NamespaceSnapshot snapshot)
    {
        if (sequence != SnapshotSequenceNr)
        {
            throw new InvalidOperationException($"A snapshot of event {sequence} would be filed under {SnapshotSequenceNr}.");
        }

        SaveSnapshot(snapshot);
    }

    void IPort.DeleteSnapshots(long upToSequence) => DeleteSnapshots(new SnapshotSelectionCriteria(upToSequence));

    void IPort.DeleteEvents(long upToSequence) => DeleteMessages(upToSequence);

    private bool OnCompaction(object message)
    {
        switch (message)
        {
            case SaveSnapshotSuccess saved:
                _figures.SnapshotEnded(isSaved: true);
                _owner.SnapshotSaved(saved.Metadata.SequenceNr);
                break;
            case SaveSnapshotFailure failure:
                _figures.SnapshotEnded(isSaved: false);
                LogCompactionFailed(PersistenceId, failure.Cause);
                _owner.SnapshotFailed();
                break;
            case DeleteMessagesSuccess:
                _figures.EventsDeletionEnded(isDone: true);
                _owner.EventsDeleted();
                break;
            case DeleteMessagesFailure failure:
                _figures.EventsDeletionEnded(isDone: false);
                LogCompactionFailed(PersistenceId, failure.Cause);
                _owner.DeletionFailed();
                break;
            case DeleteSnapshotsSuccess:
                _figures.SnapshotsDeletionEnded(isDone: true);
                _owner.SnapshotsDeleted(areKnownToBe: true);
                break;
            case DeleteSnapshotsFailure failure:
                _figures.SnapshotsDeletionEnded(isDone: false);
                LogCompactionFailed(PersistenceId, failure.Cause);
                _owner.SnapshotsDeleted(areKnownToBe: false);
                break;
            case CompactionDue:
                _owner.Compact();
                break;
            default:
                return false;
        }

        ArmCompaction();
        return true;
    }

    private void ArmCompaction()
    {
        if (_owner.CompactionDueIn is { } wait)
        {
            IActorRef self = Self;
            _compaction ??= _settings.Time.CreateTimer(
                _ => self.Tell(CompactionDue.Instance), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            _compaction.Change(wait, Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>The journal may be shortened further. An entity that only does that is idle.</summary>
    private sealed class CompactionDue : INotInfluenceReceiveTimeout, INoSerializationVerificationNeeded
    {
        internal static readonly CompactionDue Instance = new();
    }
}
