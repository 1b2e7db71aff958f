using System.Collections.Concurrent;
using System.Diagnostics;

namespace RendezvousCluster.Testing.Traces;

/// <summary>
/// Listens to this program's sources, and keeps every activity that has ended. Other tests run beside this one and are heard as well, so a
/// test asks for those of one trace: its own, begun by <see cref="Begin"/>, or one that it knows by a tag.
/// </summary>
public sealed class TestTrace : IDisposable
{
    private readonly ActivitySource _own = new($"RendezvousCluster.Testing.{Guid.NewGuid():N}");
    private readonly ActivityListener _listener;
    private readonly ConcurrentQueue<Activity> _ended = [];

    public TestTrace()
    {
        _listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name.StartsWith("RendezvousCluster.", StringComparison.Ordinal),
            Sample = (ref _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = _ended.Enqueue,
        };
        ActivitySource.AddActivityListener(_listener);
    }

    /// <summary>All activities that have ended, of every trace.</summary>
    public IEnumerable<Activity> Ended => _ended;

    /// <summary>Begins a trace, in the place of a request at a stream. Calls while it is current belong to it.</summary>
    public Activity Begin() => _own.StartActivity("test") ?? throw new InvalidOperationException("Nobody listens.");

    /// <summary>What has ended of a trace, the first to end first.</summary>
    public IReadOnlyList<Activity> Of(ActivityTraceId trace) => [.. _ended.Where(activity => activity.TraceId == trace)];

    public void Dispose()
    {
        _listener.Dispose();
        _own.Dispose();
    }
}
