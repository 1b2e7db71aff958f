using Microsoft.Extensions.Time.Testing;
using RendezvousCluster.Registry.Entities;
using RendezvousCluster.Testing.Metrics;

namespace RendezvousCluster.Registry.Tests.Entities;

public sealed class EntityMetricsRecorderTests : IDisposable
{
    private readonly FakeTimeProvider _time = new();
    private readonly TestMeters _meters = new();
    private readonly EntityMetrics _metrics;

    public EntityMetricsRecorderTests() => _metrics = new EntityMetrics(_meters);

    public void Dispose() => _meters.Dispose();

    [Fact]
    public void Counters_are_there_before_anything_happens()
    {

        Assert.Equal(0, _meters.Counted(EntityMetrics.WritesFailedName));
        Assert.Equal(0, _meters.Counted(EntityMetrics.RecoveriesFailedName));
        foreach (string outcome in (string[])["done", "failed"])
        {
            Assert.Equal(0, _meters.Counted($"{EntityMetrics.SnapshotsName} outcome={outcome}"));
            Assert.Equal(0, _meters.Counted($"{EntityMetrics.DeletionsName} what=events outcome={outcome}"));
            Assert.Equal(0, _meters.Counted($"{EntityMetrics.DeletionsName} what=snapshots outcome={outcome}"));
        }
    }

    [Fact]
    public void A_node_has_the_sum_of_its_entities_and_each_takes_its_share_away_with_it()
    {
        EntityMetricsRecorder one = Create();
        EntityMetricsRecorder other = Create();
        one.Recovered(3);
        other.Recovered(0);
        other.Holds(4);
        other.Holds(2);

        Assert.Equal((5, 2), (_meters.Observe(EntityMetrics.RegistrationsName), _meters.Observe(EntityMetrics.AwakeName)));
        one.Dispose();
        Assert.Equal((2, 1), (_meters.Observe(EntityMetrics.RegistrationsName), _meters.Observe(EntityMetrics.AwakeName)));
        one.Dispose();
        other.Dispose();
        Assert.Equal((0, 0), (_meters.Observe(EntityMetrics.RegistrationsName), _meters.Observe(EntityMetrics.AwakeName)));
    }

    [Fact]
    public void An_entity_that_ends_before_it_has_recovered_was_never_awake()
    {
        EntityMetricsRecorder recorder = Create();

        recorder.RecoveryFailed();
        recorder.Dispose();

        Assert.Equal(0, _meters.Observe(EntityMetrics.AwakeName));
        Assert.Equal(1, _meters.Counted(EntityMetrics.RecoveriesFailedName));
        Assert.Null(_meters.Recorded(EntityMetrics.RecoveryDurationName));
    }

    [Fact]
    public void A_recovery_lasts_from_the_making_of_the_entity()
    {
        EntityMetricsRecorder recorder = Create();
        _time.Advance(TimeSpan.FromMilliseconds(250));

        recorder.Recovered(1);

        Assert.Equal([0.25], _meters.Recorded(EntityMetrics.RecoveryDurationName));
    }

    [Fact]
    public void A_commit_tells_its_events_and_its_time()
    {
        EntityMetricsRecorder recorder = Create();
        recorder.WriteBegins(7);
        _time.Advance(TimeSpan.FromMilliseconds(2));
        recorder.Committed();
        recorder.WriteBegins(1);
        _time.Advance(TimeSpan.FromSeconds(1));
        recorder.WriteFailed();

        Assert.Equal([7], _meters.Recorded(EntityMetrics.CommitEventsName));
        Assert.Equal([0.002], _meters.Recorded(EntityMetrics.CommitDurationName));
        Assert.Equal(1, _meters.Counted(EntityMetrics.WritesFailedName));
    }

    private EntityMetricsRecorder Create() => new(_metrics, _time, "entity", () => null);
}
