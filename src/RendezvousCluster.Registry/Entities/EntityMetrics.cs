using System.Diagnostics.Metrics;
using RendezvousCluster.Libp2p.Metrics;
using RendezvousCluster.Registry.Readiness;

namespace RendezvousCluster.Registry.Entities;

/// <summary>
/// Metrics of the namespaces that are awake on this node. Each awake entity keeps its own share of them up to date through an
/// <see cref="EntityMetricsRecorder"/>. Tags come from fixed lists.
/// </summary>
internal sealed class EntityMetrics
{
    internal const string RegistrationsName = "rendezvous.registry.registrations";
    internal const string AwakeName = "rendezvous.registry.namespaces.awake";
    internal const string CommitEventsName = "rendezvous.registry.commit.events";
    internal const string CommitDurationName = "rendezvous.registry.commit.duration";
    internal const string RecoveryDurationName = "rendezvous.registry.recovery.duration";
    internal const string RecoveriesFailedName = "rendezvous.registry.recoveries.failed";
    internal const string WritesFailedName = "rendezvous.registry.writes.failed";
    internal const string SnapshotsName = "rendezvous.registry.snapshots";
    internal const string DeletionsName = "rendezvous.registry.deletions";

    // From a fast local disk to the journal's timeout. The SDK's own bounds are made for milliseconds.
    private static readonly double[] SecondsBounds = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

    // Up to a full batch and the event that opens it.
    private static readonly int[] EventBounds = [1, 2, 4, 8, 16, 32, 64, 128, 256];

    private static readonly SeriesLabel Outcomes = new("outcome", "done", "failed");

    private readonly Histogram<int> _commitEvents;
    private readonly Histogram<double> _commitDuration;
    private readonly Histogram<double> _recoveryDuration;
    private readonly SeriesCounter _recoveriesFailed;
    private readonly SeriesCounter _writesFailed;
    private readonly SeriesCounter _snapshots;
    private readonly SeriesCounter _deletions;
    private long _registrations;
    private long _commits;
    private int _awake;

    public EntityMetrics(IMeterFactory meterFactory)
    {
        Meter meter = meterFactory.Create(RegistryMetrics.MeterName);
        meter.CreateObservableUpDownCounter(
            RegistrationsName,
            () => Registrations,
            "{registration}",
            "Registrations of the namespaces awake on this node; expired ones until they are swept.");
        meter.CreateObservableUpDownCounter(AwakeName, () => Awake, "{namespace}", "Namespaces in this node's memory.");
        _commitEvents = meter.CreateHistogram(
            CommitEventsName,
            "{event}",
            "Events of one write to the journal.",
            tags: null,
            new InstrumentAdvice<int> { HistogramBucketBoundaries = EventBounds });
        _commitDuration = Seconds(meter, CommitDurationName, "From handing a write to the journal to its acknowledgement.");
        _recoveryDuration = Seconds(
            meter, RecoveryDurationName, "From the wake-up of a namespace to the end of its recovery, with the wait for a turn.");
        _recoveriesFailed = new SeriesCounter(meter, RecoveriesFailedName, "{recovery}", "Namespaces that could not be read back.");
        _writesFailed = new SeriesCounter(meter, WritesFailedName, "{write}", "Writes to the journal whose outcome is unknown.");
        _snapshots = new SeriesCounter(meter, SnapshotsName, "{snapshot}", "Snapshots of namespaces, by outcome.", Outcomes);
        _deletions = new SeriesCounter(
            meter, DeletionsName, "{deletion}", "Deletions of old events and snapshots, by outcome.",
            new SeriesLabel("what", "events", "snapshots"), Outcomes);
    }

    /// <summary>The awake namespaces that have registrations.</summary>
    internal AwakeNamespaces Namespaces { get; } = new();

    /// <summary>Registrations of all awake namespaces.</summary>
    internal long Registrations => Interlocked.Read(ref _registrations);

    /// <summary>What became of the last writes.</summary>
    internal RecentOutcomes Writes { get; } = new(TimeProvider.System);

    /// <summary>Writes that the journal acknowledged, since the start.</summary>
    internal long Commits => Interlocked.Read(ref _commits);

    /// <summary>Namespaces awake.</summary>
    internal int Awake => Volatile.Read(ref _awake);

    internal void AddRegistrations(int difference) => Interlocked.Add(ref _registrations, difference);

    internal void WokeUp() => Interlocked.Increment(ref _awake);

    internal void FellAsleep() => Interlocked.Decrement(ref _awake);

    internal void Recovered(TimeSpan duration) => _recoveryDuration.Record(duration.TotalSeconds);

    internal void RecoveryFailed() => _recoveriesFailed.Add(1);

    internal void Committed(int events, TimeSpan duration)
    {
        Interlocked.Increment(ref _commits);
        Writes.Count(isServed: true);
        _commitEvents.Record(events);
        _commitDuration.Record(duration.TotalSeconds);
    }

    internal void WriteFailed()
    {
        Writes.Count(isServed: false);
        _writesFailed.Add(1);
    }

    internal void SnapshotEnded(bool isSaved) => _snapshots.Add(1, Outcome(isSaved));

    internal void EventsDeletionEnded(bool isDone) => _deletions.Add(1, "events", Outcome(isDone));

    internal void SnapshotsDeletionEnded(bool isDone) => _deletions.Add(1, "snapshots", Outcome(isDone));

    private static Histogram<double> Seconds(Meter meter, string name, string description) => meter.CreateHistogram(
        name, "s", description, tags: null, new InstrumentAdvice<double> { HistogramBucketBoundaries = SecondsBounds });

    private static string Outcome(bool isDone) => isDone ? "done" : "failed";
}
