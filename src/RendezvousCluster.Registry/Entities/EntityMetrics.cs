using System.Diagnostics.Metrics;

namespace RendezvousCluster.Registry.Entities;

/// <summary>
/// The namespaces of this node in figures. Each awake entity keeps its own share of them up to date through an <see cref="EntityFigures"/>. Tags come from
/// fixed lists, and every series of a counter is there from the start of the node, at zero: one that appears with its first failure is seen too late.
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

    private static readonly string[] Stored = ["events", "snapshots"];

    private readonly Histogram<int> _commitEvents;
    private readonly Histogram<double> _commitDuration;
    private readonly Histogram<double> _recoveryDuration;
    private readonly Counter<long> _recoveriesFailed;
    private readonly Counter<long> _writesFailed;
    private readonly Counter<long> _snapshots;
    private readonly Counter<long> _deletions;
    private long _registrations;
    private int _awake;

    public EntityMetrics(IMeterFactory meterFactory)
    {
        Meter meter = meterFactory.Create(RegistryMetrics.MeterName);
        meter.CreateObservableUpDownCounter(
            RegistrationsName, () => Registrations, "{registration}", "Registrations of the namespaces awake on this node; expired ones until they are swept.");
        meter.CreateObservableUpDownCounter(AwakeName, () => Awake, "{namespace}", "Namespaces in this node's memory.");
        _commitEvents = meter.CreateHistogram(
            CommitEventsName, "{event}", "Events of one write to the journal.", tags: null, new InstrumentAdvice<int> { HistogramBucketBoundaries = EventBounds });
        _commitDuration = Seconds(meter, CommitDurationName, "From handing a write to the journal to its acknowledgement.");
        _recoveryDuration = Seconds(meter, RecoveryDurationName, "From the wake-up of a namespace to the end of its recovery, with the wait for a turn.");
        _recoveriesFailed = meter.CreateCounter<long>(RecoveriesFailedName, "{recovery}", "Namespaces that could not be read back.");
        _writesFailed = meter.CreateCounter<long>(WritesFailedName, "{write}", "Writes to the journal whose outcome is unknown.");
        _snapshots = meter.CreateCounter<long>(SnapshotsName, "{snapshot}", "Snapshots of namespaces, by outcome.");
        _deletions = meter.CreateCounter<long>(DeletionsName, "{deletion}", "Deletions of old events and snapshots, by outcome.");
    }

    /// <summary>Registrations of all awake namespaces.</summary>
    internal long Registrations => Interlocked.Read(ref _registrations);

    /// <summary>Namespaces awake.</summary>
    internal int Awake => Volatile.Read(ref _awake);

    /// <summary>Shows every series of the counters. To be called when those who listen are there.</summary>
    internal void BeginAtZero()
    {
        _recoveriesFailed.Add(0);
        _writesFailed.Add(0);
        foreach (bool isDone in (bool[])[true, false])
        {
            _snapshots.Add(0, Outcome(isDone));
            Array.ForEach(Stored, what => CountDeletion(what, isDone, 0));
        }
    }

    internal void AddRegistrations(int difference) => Interlocked.Add(ref _registrations, difference);

    internal void WokeUp() => Interlocked.Increment(ref _awake);

    internal void FellAsleep() => Interlocked.Decrement(ref _awake);

    internal void Recovered(TimeSpan duration) => _recoveryDuration.Record(duration.TotalSeconds);

    internal void RecoveryFailed() => _recoveriesFailed.Add(1);

    internal void Committed(int events, TimeSpan duration)
    {
        _commitEvents.Record(events);
        _commitDuration.Record(duration.TotalSeconds);
    }

    internal void WriteFailed() => _writesFailed.Add(1);

    internal void SnapshotEnded(bool isSaved) => _snapshots.Add(1, Outcome(isSaved));

    internal void EventsDeletionEnded(bool isDone) => CountDeletion(Stored[0], isDone, 1);

    internal void SnapshotsDeletionEnded(bool isDone) => CountDeletion(Stored[1], isDone, 1);

    private static Histogram<double> Seconds(Meter meter, string name, string description) => meter.CreateHistogram(
        name, "s", description, tags: null, new InstrumentAdvice<double> { HistogramBucketBoundaries = SecondsBounds });

    private static KeyValuePair<string, object?> Outcome(bool isDone) => new("outcome", isDone ? "done" : "failed");

    private void CountDeletion(string what, bool isDone, int count) =>
        _deletions.Add(count, new KeyValuePair<string, object?>("what", what), Outcome(isDone));
}
