using System.Diagnostics.Metrics;
using Akka.Actor;
using Akka.Actor.Setup;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using RendezvousCluster.Libp2p.Logging;
using RendezvousCluster.Libp2p.Metrics;

namespace RendezvousCluster.Registry.Refusals;

/// <summary>
/// Counts what this node refuses of one kind, and logs it: the first at once, and from then on at most one line a minute, because a sender
/// can send thousands a second. It goes with the settings of an actor system. Safe for use from several threads.
/// </summary>
/// <typeparam name="TRefusal">What is refused.</typeparam>
internal abstract class RefusalCount<TRefusal> : Setup
{
    /// <summary>Longer words of a stranger are cut.</summary>
    internal const int MaxTextLength = 128;

    private readonly SeriesCounter _count;
    private readonly LogThrottle<Latest<TRefusal>> _log;
    private long _total;

    /// <param name="count">The series.</param>
    /// <param name="time">The clock of the log.</param>
    /// <param name="log">Writes a line: how many there were, and the last one.</param>
    protected RefusalCount(SeriesCounter count, TimeProvider time, Action<int, TRefusal> log)
    {
        _count = count;
        _log = new LogThrottle<Latest<TRefusal>>(time, refused => log(refused.Count, refused.Last!));
    }

    /// <summary>How many there were.</summary>
    public long Total => Interlocked.Read(ref _total);

    /// <summary>One more is refused.</summary>
    /// <param name="refusal">What.</param>
    /// <param name="labels">The values of the series' labels.</param>
    protected void Add(TRefusal refusal, params ReadOnlySpan<string> labels)
    {
        _count.Add(1, labels);
        Interlocked.Increment(ref _total);
        _log.Add(refusal, Latest<TRefusal>.Add);
    }

    /// <summary>That of an actor system, or one that nobody reads where it was made without.</summary>
    protected static TSelf Of<TSelf>(ActorSystem system, Func<Meter, TimeProvider, ILogger, TSelf> make)
        where TSelf : RefusalCount<TRefusal> =>
        system.Settings.Setup.Get<TSelf>() is { HasValue: true, Value: { } own }
            ? own
            : make(new Meter($"{RegistryMetrics.MeterName}.Uncounted"), TimeProvider.System, NullLogger.Instance);
}
