using RendezvousCluster.Core.Ownership;

namespace RendezvousCluster.Core.Tests.Ownership;

public sealed class JournalCompactionTests
{
    private static readonly CompactionSettings Settings = new() { MinEventsBetweenSnapshots = 100, MaxEventsPerDeletion = 60 };

    private readonly JournalCompaction _compaction = new(Settings);
    private TimeSpan _elapsed = TimeSpan.FromHours(1);

    [Theory]
    [InlineData(99, 0, false)]
    [InlineData(100, 0, true)]
    [InlineData(100, 101, false)] // more live state than events: a snapshot would cost more than the events did
    [InlineData(101, 101, true)]
    public void A_snapshot_is_due_after_the_minimum_and_as_many_events_as_there_is_state(long lastSequence, int live, bool isDue) =>
        Assert.Equal(isDue ? CompactionStep.SaveSnapshot : CompactionStep.None, _compaction.Next(lastSequence, live, _elapsed));

    [Fact]
    public void A_snapshot_is_not_due_again_before_as_many_events_and_as_much_time_have_passed()
    {
        Save(100);

        Assert.Equal(CompactionStep.None, Next(200));
        _elapsed += Settings.MinTimeBetweenSnapshots;
        Assert.Equal(CompactionStep.None, Next(199));
        Assert.Equal(CompactionStep.SaveSnapshot, Next(200));
    }

    [Fact]
    public void Nothing_else_is_begun_while_a_snapshot_is_saved()
    {
        Assert.Equal(CompactionStep.SaveSnapshot, Next(100));

        Assert.True(_compaction.IsBusy);
        Assert.Equal(CompactionStep.None, Next(1_000));
    }

    [Fact]
    public void A_snapshot_that_failed_is_tried_again_after_a_pause()
    {
        Next(100);
        _compaction.SnapshotFailed(_elapsed);

        _elapsed += Settings.RetryPause - TimeSpan.FromTicks(1);
        Assert.Equal(CompactionStep.None, Next(5_000));
        _elapsed += TimeSpan.FromTicks(1);
        Assert.Equal(CompactionStep.SaveSnapshot, Next(5_000));
    }

    [Fact]
    public void Two_snapshots_are_kept()
    {
        Assert.Equal(0, Save(100));
        Assert.Equal(99, Save(200));
        Assert.Equal(199, Save(300));
        Assert.Equal((300, 200), (_compaction.NewestSnapshot, _compaction.PreviousSnapshot));
    }

    [Fact]
    public void Events_go_only_up_to_the_older_snapshot()
    {
        Save(100);
        _elapsed += 2 * Settings.FenceAge;
        Assert.Equal(CompactionStep.None, Next(150)); // one snapshot does not suffice

        Save(200);
        Assert.Equal(CompactionStep.DeleteEvents, Next(250));
        Assert.Equal(60, _compaction.DeleteTo);
        Delete();
        Assert.Equal(CompactionStep.DeleteEvents, Next(250));
        Assert.Equal(100, _compaction.DeleteTo);
        Delete();
        Assert.Equal(CompactionStep.None, Next(250));
    }

    [Fact]
    public void Events_go_only_when_they_have_the_age()
    {
        Save(100);
        TimeSpan saved = _elapsed;
        Save(200);

        _elapsed = saved + Settings.FenceAge - TimeSpan.FromTicks(1);
        Assert.Equal(CompactionStep.None, Next(250));
        Assert.Equal(TimeSpan.FromTicks(1), _compaction.DueIn(_elapsed));
        _elapsed += TimeSpan.FromTicks(1);
        Assert.Equal(CompactionStep.DeleteEvents, Next(250));
    }

    [Fact]
    public void Between_two_slices_others_have_their_turn()
    {
        Save(100);
        Save(200);
        _elapsed += Settings.FenceAge;
        Next(250);
        _compaction.EventsDeleted(_elapsed);

        Assert.Equal(CompactionStep.None, Next(250));
        Assert.Equal(Settings.PauseBetweenDeletions, _compaction.DueIn(_elapsed));
        _elapsed += Settings.PauseBetweenDeletions;
        Assert.Equal(CompactionStep.DeleteEvents, Next(250));
    }

    [Fact]
    public void A_deletion_of_unknown_outcome_is_repeated()
    {
        Save(100);
        Save(200);
        _elapsed += Settings.FenceAge;
        Next(250);
        _compaction.DeletionFailed(_elapsed);

        Assert.Equal(0, _compaction.DeletedTo);
        Assert.Equal(CompactionStep.None, Next(250));
        _elapsed += Settings.RetryPause;
        Assert.Equal(CompactionStep.DeleteEvents, Next(250));
        Assert.Equal(60, _compaction.DeleteTo);
    }

    [Fact]
    public void A_journal_with_a_snapshot_every_few_seconds_is_deleted_ten_minutes_behind_and_little_is_remembered()
    {
        long sequence = 0;
        int most = 0;
        for (int i = 0; i < 2_000; i++)
        {
            Save(sequence += 100);
            while (Next(sequence) == CompactionStep.DeleteEvents)
            {
                Delete();
            }

            most = Math.Max(most, _compaction.MarkCount);
        }

        long behind = (long)(Settings.FenceAge / Settings.MinTimeBetweenSnapshots) * 100;
        Assert.InRange(_compaction.DeletedTo, sequence - (2 * behind), sequence - 100);
        Assert.InRange(most, 2, (int)(Settings.FenceAge / Settings.MinTimeBetweenSnapshots) + 2);
    }

    [Fact]
    public void After_a_recovery_the_snapshots_that_were_found_count_from_then_on()
    {
        _compaction.RecoveredFrom(snapshot: 900, previous: 700, deletedTo: 650, _elapsed);

        _elapsed += Settings.FenceAge - TimeSpan.FromTicks(1);
        Assert.Equal(CompactionStep.None, Next(950));
        _elapsed += TimeSpan.FromTicks(1);
        Assert.Equal(CompactionStep.DeleteEvents, Next(950));
        Assert.Equal(700, _compaction.DeleteTo);
    }

    [Fact]
    public void With_nothing_to_wait_for_nothing_is_due()
    {
        Assert.Null(_compaction.DueIn(_elapsed));
        Save(100);
        Assert.Null(_compaction.DueIn(_elapsed));
    }

    [Fact]
    public void An_end_without_a_beginning_is_a_bug()
    {
        Assert.Throws<InvalidOperationException>(() => _compaction.SnapshotSaved(1, _elapsed));
        Assert.Throws<InvalidOperationException>(() => _compaction.SnapshotFailed(_elapsed));
        Assert.Throws<InvalidOperationException>(() => _compaction.EventsDeleted(_elapsed));
        Assert.Throws<InvalidOperationException>(() => _compaction.DeletionFailed(_elapsed));
    }

    private CompactionStep Next(long lastSequence) => _compaction.Next(lastSequence, 0, _elapsed);

    private long Save(long sequence)
    {
        _elapsed += Settings.MinTimeBetweenSnapshots;
        Assert.Equal(CompactionStep.SaveSnapshot, Next(sequence));
        return _compaction.SnapshotSaved(sequence, _elapsed);
    }

    private void Delete()
    {
        _compaction.EventsDeleted(_elapsed);
        _elapsed += Settings.PauseBetweenDeletions;
    }
}
