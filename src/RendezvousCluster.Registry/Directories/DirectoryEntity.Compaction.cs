using Akka.Actor;
using Akka.Persistence;
using RendezvousCluster.Core.Ownership;

namespace RendezvousCluster.Registry.Directories;

/// <summary>
/// How the journal of a part stays short: by the rules of a namespace's journal (<see cref="JournalCompaction"/>). An owner that has not written for
/// a while does not know that it still is one, and recovers before it writes.
/// </summary>
internal sealed partial class DirectoryEntity
{
    private JournalCompaction _compaction = null!;
    private ITimer? _compactionTimer;
    private long _startedAt;
    // As old as the moment at which the journal was asked, not the one at which the answer was heard; the start, for recovery.
    private TimeSpan _trustedSince;
    private TimeSpan _writingSince;
    private bool _clearing;

    private TimeSpan Elapsed => _settings.Time.GetElapsedTime(_startedAt);

    private bool IsTrusted => Elapsed - _trustedSince < _settings.Compaction.TrustAge;

    private void StartCompaction()
    {
        _compaction = new JournalCompaction(_settings.Compaction);
        _startedAt = _settings.Time.GetTimestamp();
    }

    // Between two writes only: during one, events that are applied and the sequence number do not go together.
    private void Compact()
    {
        if (_eventsInFlight > 0 || _clearing)
        {
            return;
        }

        switch (_compaction.Next(LastSequenceNr, _state.Count, Elapsed))
        {
            case CompactionStep.SaveSnapshot:
                SaveSnapshot(new DirectorySnapshot([.. _state.Entries], _compaction.NewestSnapshot, _compaction.DeletedTo));
                break;
            case CompactionStep.DeleteEvents:
                DeleteMessages(_compaction.DeleteTo);
                break;
        }

        if (_compaction.DueIn(Elapsed) is { } wait)
        {
            IActorRef self = Self;
            _compactionTimer ??= _settings.Time.CreateTimer(_ => self.Tell(CompactionDue.Instance), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            _compactionTimer.Change(wait, Timeout.InfiniteTimeSpan);
        }
    }

    private bool OnCompaction(object message)
    {
        switch (message)
        {
            case SaveSnapshotSuccess saved:
                if (_compaction.SnapshotSaved(saved.Metadata.SequenceNr, Elapsed) is var obsolete and > 0)
                {
                    DeleteSnapshots(new SnapshotSelectionCriteria(obsolete));
                }

                break;
            case SaveSnapshotFailure failure:
                LogCompactionFailed(PersistenceId, failure.Cause);
                _compaction.SnapshotFailed(Elapsed);
                break;
            case DeleteMessagesSuccess when _clearing:
                _clearing = false;
                _compaction = new JournalCompaction(_settings.Compaction);
                _compaction.BeginsBehind(LastSequenceNr);
                break;
            case DeleteMessagesFailure failure when _clearing:
                LogCompactionFailed(PersistenceId, failure.Cause);
                _clearing = false;
                break;
            case DeleteMessagesSuccess:
                _compaction.EventsDeleted(Elapsed);
                break;
            case DeleteMessagesFailure failure:
                LogCompactionFailed(PersistenceId, failure.Cause);
                _compaction.DeletionFailed(Elapsed);
                break;
            case DeleteSnapshotsFailure failure:
                LogCompactionFailed(PersistenceId, failure.Cause);
                break;
            case DeleteSnapshotsSuccess or CompactionDue:
                break;
            default:
                return false;
        }

        Compact();
        return true;
    }

    // The janitor has seen that nothing was written for longer than anything is listed. Events speak for themselves here, one by one: whichever of them are
    // left after a crash, and whatever another owner wrote meanwhile, no listing that counts goes with these.
    private void ClearIfEmpty()
    {
        _state.Sweep(Now);
        if (_state.Count == 0 && LastSequenceNr > 0 && _eventsInFlight == 0 && !_clearing && !_stopping && !_compaction.IsBusy)
        {
            _clearing = true;
            DeleteSnapshots(new SnapshotSelectionCriteria(LastSequenceNr));
            DeleteMessages(LastSequenceNr);
        }
    }

    private sealed class CompactionDue : INotInfluenceReceiveTimeout, INoSerializationVerificationNeeded
    {
        internal static readonly CompactionDue Instance = new();
    }
}
