namespace RendezvousCluster.Core.Ownership;

/// <summary>
/// How a journal is kept short without opening its fence: when to take a snapshot, which snapshots and events may go. Pure; the owner of
/// the journal asks it after each of its own steps.
/// </summary>
/// <remarks>
/// <para>
/// The fence is the journal's own refusal of a second event with the same sequence number: of two owners that both believe in themselves,
/// the one that fell behind collides with what the other wrote and learns that it was replaced. It works only as long as what the other
/// wrote is there. So:
/// </para>
/// <list type="bullet">
/// <item>Events go only when they are <see cref="CompactionSettings.FenceAge"/> old, and an owner that has not written for
/// <see cref="CompactionSettings.TrustAge"/> does not trust itself
/// (<see cref="JournalOwner{TCaller,TCommand,TQuery,TReply,TEvent,TSnapshot}"/>). Between the two, each row that an owner that fell behind
/// could still write meets a row that is there. The owner measures both ages by a clock that never steps.</item>
/// <item>Two snapshots are kept, and events go only up to the older one: if the newer one turns out to be damaged, the older one and the
/// events behind it give the same state.</item>
/// <item>Events go in slices with pauses, and not while a snapshot is being saved: others wait for the journal meanwhile.</item>
/// </list>
/// <para>
/// How old an event is follows from the snapshots: what a snapshot holds is at least as old as the snapshot. Those of an earlier owner
/// count from the recovery, as their real age is on another machine's clock.
/// </para>
/// </remarks>
internal sealed class JournalCompaction(CompactionSettings settings)
{
    // In order: snapshots taken or found, the newest last. Those that are old enough to delete up to are represented by the latest of them.
    private readonly List<Mark> _marks = [];
    private bool _isSaving;
    private bool _isDeleting;
    private TimeSpan _nextSnapshotNotBefore = TimeSpan.MinValue;
    private TimeSpan _nextDeletionNotBefore = TimeSpan.MinValue;

    /// <summary>Events up to this one are deleted.</summary>
    public long DeletedTo { get; private set; }

    /// <summary>Where the snapshot before the newest one stands; 0 when there is none.</summary>
    public long PreviousSnapshot => _marks.Count > 1 ? _marks[^2].Sequence : 0;

    /// <summary>Where the newest snapshot stands; 0 when there is none.</summary>
    public long NewestSnapshot => _marks.Count > 0 ? _marks[^1].Sequence : 0;

    /// <summary>Whether a snapshot is being saved or events are being deleted.</summary>
    public bool IsBusy => _isSaving || _isDeleting;

    /// <summary>How far the deletion goes that <see cref="CompactionStep.DeleteEvents"/> asks for.</summary>
    public long DeleteTo { get; private set; }

    /// <summary>How many snapshots are remembered; for tests.</summary>
    internal int MarkCount => _marks.Count;

    /// <summary>The journal has been read, from a snapshot on.</summary>
    /// <param name="snapshot">Where the snapshot stands.</param>
    /// <param name="previous">Where the one before it stood; 0 if there was none.</param>
    /// <param name="deletedTo">How far events had been deleted when it was taken.</param>
    /// <param name="elapsed">The clock that never steps.</param>
    public void RecoveredFrom(long snapshot, long previous, long deletedTo, TimeSpan elapsed)
    {
        if (previous > 0)
        {
            _marks.Add(new Mark(previous, elapsed));
        }

        _marks.Add(new Mark(snapshot, elapsed));
        DeletedTo = deletedTo;
    }

    /// <summary>The journal begins behind this event.</summary>
    public void BeginsBehind(long sequence) => DeletedTo = Math.Max(DeletedTo, sequence);

    /// <summary>What to do now. It is taken for begun when it is returned, and its end is to be reported.</summary>
    /// <param name="lastSequence">The last committed event.</param>
    /// <param name="live">How much live state there is: what a snapshot holds.</param>
    /// <param name="elapsed">The clock that never steps.</param>
    public CompactionStep Next(long lastSequence, int live, TimeSpan elapsed)
    {
        if (IsBusy)
        {
            return CompactionStep.None;
        }

        if (lastSequence - NewestSnapshot >= Math.Max(settings.MinEventsBetweenSnapshots, live)
            && elapsed >= _nextSnapshotNotBefore)
        {
            _isSaving = true;
            return CompactionStep.SaveSnapshot;
        }

        if (elapsed >= _nextDeletionNotBefore && Target(elapsed) > DeletedTo)
        {
            _isDeleting = true;
            DeleteTo = Math.Min(Target(elapsed), DeletedTo + settings.MaxEventsPerDeletion);
            return CompactionStep.DeleteEvents;
        }

        return CompactionStep.None;
    }

    /// <summary>
    /// Whether a snapshot is worth taking before the owner falls asleep, when nobody waits for it: the next recovery then reads it alone.
    /// If so, it is taken for begun.
    /// </summary>
    public bool TryBeginLast(long lastSequence) =>
        _isSaving = !IsBusy && lastSequence - NewestSnapshot >= settings.MinEventsBetweenSnapshots;

    /// <summary>
    /// Whether a snapshot that the owner needs, however few events there are, can be taken now. If so, it is taken for begun.
    /// </summary>
    public bool TryBeginOwed() => !IsBusy && (_isSaving = true);

    /// <summary>Whether no snapshot is to be taken yet, unless somebody waits for it.</summary>
    public bool IsPausing(TimeSpan elapsed) => elapsed < _nextSnapshotNotBefore;

    /// <summary>The database has lost rows; snapshots may be among them, so none is counted on.</summary>
    public void SnapshotsMayBeLost() => _marks.Clear();

    /// <summary>When something is due without anything happening before: an age reached, a pause over. Null when nothing is.</summary>
    public TimeSpan? DueIn(TimeSpan elapsed)
    {
        if (IsBusy || _marks.Count < 2)
        {
            return null;
        }

        TimeSpan due = Target(elapsed) > DeletedTo
            ? _nextDeletionNotBefore
            : _marks.Take(_marks.Count - 1)
                .Where(mark => mark.Sequence > DeletedTo)
                .Select(mark => mark.Since + settings.FenceAge)
                .FirstOrDefault(TimeSpan.MaxValue);
        return due == TimeSpan.MaxValue ? null : due > elapsed ? due - elapsed : TimeSpan.Zero;
    }

    /// <summary>The snapshot is on disk.</summary>
    /// <returns>Snapshots up to this event may go; 0 when none may.</returns>
    /// <exception cref="InvalidOperationException">None was being saved.</exception>
    public long SnapshotSaved(long sequence, TimeSpan elapsed)
    {
        EndSaving();
        _nextSnapshotNotBefore = elapsed + settings.MinTimeBetweenSnapshots;
        _marks.Add(new Mark(sequence, elapsed));

        // Of those that are old enough, the latest says it all; the two newest are the ones that are kept.
        while (_marks.Count > 2 && elapsed - _marks[1].Since >= settings.FenceAge)
        {
            _marks.RemoveAt(0);
        }

        return Math.Max(0, PreviousSnapshot - 1);
    }

    /// <summary>The snapshot could not be saved; it is tried again after <see cref="CompactionSettings.RetryPause"/>.</summary>
    /// <exception cref="InvalidOperationException">None was being saved.</exception>
    public void SnapshotFailed(TimeSpan elapsed)
    {
        EndSaving();
        _nextSnapshotNotBefore = elapsed + settings.RetryPause;
    }

    /// <summary>The events are deleted.</summary>
    /// <exception cref="InvalidOperationException">None were being deleted.</exception>
    public void EventsDeleted(TimeSpan elapsed)
    {
        EndDeleting(elapsed);
        DeletedTo = DeleteTo;
    }

    /// <summary>Events could not be deleted, or nobody knows; it is tried again after a pause.</summary>
    /// <exception cref="InvalidOperationException">None were being deleted.</exception>
    public void DeletionFailed(TimeSpan elapsed)
    {
        EndDeleting(elapsed);
        _nextDeletionNotBefore = elapsed + settings.RetryPause;
    }

    // The newest snapshot but one, or an older one that has the age: events up to it may go.
    private long Target(TimeSpan elapsed)
    {
        long target = 0;
        for (int i = 0; i < _marks.Count - 1 && elapsed - _marks[i].Since >= settings.FenceAge; i++)
        {
            target = _marks[i].Sequence;
        }

        return target;
    }

    private void EndSaving()
    {
        if (!_isSaving)
        {
            throw new InvalidOperationException("No snapshot is being saved.");
        }

        _isSaving = false;
    }

    private void EndDeleting(TimeSpan elapsed)
    {
        if (!_isDeleting)
        {
            throw new InvalidOperationException("No events are being deleted.");
        }

        _isDeleting = false;
        _nextDeletionNotBefore = elapsed + settings.PauseBetweenDeletions;
    }

    private readonly record struct Mark(long Sequence, TimeSpan Since);
}
