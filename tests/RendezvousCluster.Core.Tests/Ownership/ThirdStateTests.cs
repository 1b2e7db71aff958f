using RendezvousCluster.Core.Ownership;

namespace RendezvousCluster.Core.Tests.Ownership;

/// <summary>
/// A state that the owner of a journal has never seen has its fence, group commit, outage and clearing without a line of its own.
/// </summary>
public sealed class ThirdStateTests : IOwnerPort<int, Points, PointsAdded, TallySnapshot>
{
    private static readonly DateTimeOffset Now = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly List<PointsAdded> _rows = [];
    private readonly Dictionary<int, Points> _replies = [];
    private readonly List<int> _retries = [];
    private readonly List<string> _deletions = [];
    private IReadOnlyList<PointsAdded>? _write;
    private TallyOwner _owner;
    private bool _isStopped;

    public ThirdStateTests() => _owner = NewOwner();

    public TimeSpan Elapsed { get; private set; }

    public bool IsJournalAway { get; private set; }

    public bool IsUndisputed => true;

    [Fact]
    public void Commands_during_a_write_are_committed_as_one_batch_and_those_of_one_name_one_after_the_other()
    {
        Submit(1, "a", 5);
        Submit(2, "a", 1);
        Submit(3, "b", 7);
        Submit(4, "a", 2);
        Assert.Empty(_replies);

        Assert.Equal([2, 2, 1], [Commit(), Commit(), Commit()]); // the fence and a; a and b; a
        Assert.Equal([5, 6, 7, 8], new[] { 1, 2, 3, 4 }.Select(caller => _replies[caller].Sum));
    }

    [Fact]
    public void A_successor_shows_nothing_before_its_fence_is_written()
    {
        Submit(1, "a", 5);
        Commit();
        _owner = NewOwner();

        _owner.Read(9, "a", Now);
        Assert.DoesNotContain(9, _replies.Keys);
        Commit();

        Assert.Equal(5, _replies[9].Sum);
        Assert.Equal(3L, _owner.FencingToken);
    }

    [Fact]
    public void A_failed_write_asks_the_caller_to_try_again_and_ends_the_owner()
    {
        Submit(1, "a", 5);
        _owner.WriteFailed();

        Assert.Equal([1], _retries);
        Assert.True(_isStopped);
    }

    [Fact]
    public void While_the_journal_is_away_writes_are_refused_and_reads_go_on()
    {
        Submit(1, "a", 5);
        Commit();
        IsJournalAway = true;

        Submit(2, "a", 1);
        _owner.Read(3, "a", Now);

        Assert.Equal((null, 5), (_replies[2].Sum, _replies[3].Sum));
    }

    [Fact]
    public void An_empty_state_that_has_been_quiet_is_cleared_behind_a_fence()
    {
        Submit(1, "a", 5);
        Commit();
        Submit(2, "a", -5);
        Commit();
        Elapsed = CompactionSettings.Default.FenceAge;

        _owner.StopTidily(Now);
        Assert.True(_write is [{ Afresh: true }]);
        Commit();
        _owner.SnapshotsDeleted(areKnownToBe: true);
        _owner.EventsDeleted();

        Assert.Equal(["snapshots 4", "events 4"], _deletions);
        Assert.True(_isStopped);
    }

    void IOwnerPort<int, Points, PointsAdded, TallySnapshot>.Reply(int caller, Points reply) => _replies.Add(caller, reply);

    void IOwnerPort<int, Points, PointsAdded, TallySnapshot>.RetryLater(int caller) => _retries.Add(caller);

    void IOwnerPort<int, Points, PointsAdded, TallySnapshot>.Write(IReadOnlyList<PointsAdded> events) => _write = events;

    void IOwnerPort<int, Points, PointsAdded, TallySnapshot>.LookAtEnd(long expected, bool isOwn) =>
        throw new NotSupportedException();

    void IOwnerPort<int, Points, PointsAdded, TallySnapshot>.Mend(long found, long to) =>
        throw new NotSupportedException();

    void IOwnerPort<int, Points, PointsAdded, TallySnapshot>.SaveSnapshot(long sequence, TallySnapshot snapshot) =>
        throw new NotSupportedException();

    void IOwnerPort<int, Points, PointsAdded, TallySnapshot>.DeleteSnapshots(long upToSequence) =>
        _deletions.Add($"snapshots {upToSequence}");

    void IOwnerPort<int, Points, PointsAdded, TallySnapshot>.DeleteEvents(long upToSequence) => _deletions.Add($"events {upToSequence}");

    void IOwnerPort<int, Points, PointsAdded, TallySnapshot>.Stop() => _isStopped = true;

    private TallyOwner NewOwner()
    {
        var owner = new TallyOwner(this, new Tally(), CompactionSettings.Default);
        for (int row = 0; row < _rows.Count; row++)
        {
            owner.Recover(_rows[row], row + 1);
        }

        owner.RecoveryCompleted(Guid.NewGuid(), _rows.Count, Now);
        return owner;
    }

    private void Submit(int caller, string name, int points) => _owner.Submit(caller, new AddPoints(name, points), Now);

    private int Commit()
    {
        IReadOnlyList<PointsAdded> events = _write!;
        _rows.AddRange(events);
        _owner.Committed(Now);
        return events.Count;
    }
}
