using Akka.Persistence;

namespace RendezvousCluster.Registry.Directories;

/// <summary>
/// How the journal of a part stays short: the rules of a namespace's journal, in their simplest form. Two snapshots are kept; events are deleted
/// up to the older one, and not before it is <see cref="FenceAge"/> old, so that the rows behind it are still there for an older owner's
/// write to collide with. An owner that has not written for <see cref="TrustAge"/> does not know that it still is one, and recovers before it writes.
/// </summary>
internal sealed partial class DirectoryEntity
{
    /// <summary>Fewer events than this are replayed as fast as a snapshot is read.</summary>
    internal const int MinEventsBetweenSnapshots = 1_000;

    /// <summary>Longer than any owner can go on without noticing that it was replaced.</summary>
    internal static readonly TimeSpan FenceAge = TimeSpan.FromMinutes(10);

    /// <summary>Half of <see cref="FenceAge"/>: the other half is for clocks that differ.</summary>
    internal static readonly TimeSpan TrustAge = TimeSpan.FromMinutes(5);

    private (long Sequence, DateTimeOffset SavedAt)? _newer;
    private (long Sequence, DateTimeOffset SavedAt)? _older;
    private bool _savingSnapshot;
    private DateTimeOffset _writtenAt;

    private bool IsTrusted => !_opened || Now - _writtenAt < TrustAge;

    private void SaveSnapshotIfDue()
    {
        long events = LastSequenceNr - (_newer?.Sequence ?? 0);
        if (!_savingSnapshot && events >= Math.Max(MinEventsBetweenSnapshots, _state.Count))
        {
            _savingSnapshot = true;
            SaveSnapshot(new DirectorySnapshot([.. _state.Entries]));
        }
    }

    private void OnSnapshotSaved(long sequence)
    {
        _savingSnapshot = false;
        _older = _newer;
        _newer = (sequence, Now);
        if (_older is { } older)
        {
            DeleteSnapshots(new SnapshotSelectionCriteria(older.Sequence - 1));
        }
    }

    private void OnSnapshotFailed(Exception cause)
    {
        _savingSnapshot = false;
        LogCompactionFailed(PersistenceId, cause);
    }

    private void DeleteEventsIfDue()
    {
        if (!_savingSnapshot && _older is { } older && Now - older.SavedAt >= FenceAge)
        {
            _older = null;
            DeleteMessages(older.Sequence);
        }
    }
}
