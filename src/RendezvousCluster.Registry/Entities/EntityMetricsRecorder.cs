using RendezvousCluster.Protocol;

namespace RendezvousCluster.Registry.Entities;

/// <summary>
/// Records in the node's <see cref="EntityMetrics"/> what one entity does: its share of the registrations, and how long its writes take.
/// Only its entity uses it, so it needs no lock; <see cref="Dispose"/> takes the entity's share out again.
/// </summary>
/// <param name="metrics">The metrics of the node.</param>
/// <param name="time">Where durations are measured.</param>
/// <param name="entityId">The entity.</param>
/// <param name="name">Its namespace, as soon as it is known.</param>
internal sealed class EntityMetricsRecorder(EntityMetrics metrics, TimeProvider time, string entityId, Func<RendezvousNamespace?> name)
    : IDisposable
{
    private AwakeNamespaces.Entry? _entry;

    private readonly long _startedAt = time.GetTimestamp();
    private long _writeStartedAt;
    private int _eventsWritten;
    private int _registrations;
    private bool _isAwake;

    /// <summary>The recovery is over; from now on the namespace counts as awake.</summary>
    public void Recovered(int registrations)
    {
        metrics.Recovered(time.GetElapsedTime(_startedAt));
        metrics.WokeUp();
        _isAwake = true;
        Holds(registrations);
    }

    /// <summary>The namespace cannot be read back.</summary>
    public void RecoveryFailed() => metrics.RecoveryFailed();

    /// <summary>The entity holds this many registrations now.</summary>
    public void Holds(int registrations)
    {
        if (registrations != _registrations)
        {
            metrics.AddRegistrations(registrations - _registrations);
            _registrations = registrations;
            Show();
        }
    }

    /// <summary>A write goes to the journal.</summary>
    public void WriteBegins(int events)
    {
        _eventsWritten = events;
        _writeStartedAt = time.GetTimestamp();
    }

    /// <summary>The write is in the journal.</summary>
    public void Committed() => metrics.Committed(_eventsWritten, time.GetElapsedTime(_writeStartedAt));

    /// <summary>Nobody knows whether the write is in the journal.</summary>
    public void WriteFailed() => metrics.WriteFailed();

    /// <summary>A snapshot was saved, or not.</summary>
    public void SnapshotEnded(bool isSaved) => metrics.SnapshotEnded(isSaved);

    /// <summary>Old events were deleted, or not.</summary>
    public void EventsDeletionEnded(bool isDone) => metrics.EventsDeletionEnded(isDone);

    /// <summary>Old snapshots were deleted, or not.</summary>
    public void SnapshotsDeletionEnded(bool isDone) => metrics.SnapshotsDeletionEnded(isDone);

    /// <summary>The entity leaves memory.</summary>
    public void Dispose()
    {
        Holds(0);
        if (_isAwake)
        {
            metrics.FellAsleep();
            _isAwake = false;
        }
    }

    private void Show()
    {
        if (_registrations > 0 && _entry is null && name() is { } known)
        {
            _entry = metrics.Namespaces.Add(entityId, known);
        }

        if (_entry is null)
        {
            return;
        }

        _entry.Registrations = _registrations;
        if (_registrations == 0)
        {
            metrics.Namespaces.Remove(entityId, _entry);
            _entry = null;
        }
    }
}
