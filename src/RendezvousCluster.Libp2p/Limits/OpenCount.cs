using System.Diagnostics.Metrics;

namespace RendezvousCluster.Libp2p.Limits;

/// <summary>How many of something are open, by direction. Counting costs one addition; the meter reads when it is asked.</summary>
internal sealed class OpenCount
{
    private int _inbound;
    private int _outbound;

    public OpenCount(Meter meter, string name, string unit, string description) =>
        meter.CreateObservableUpDownCounter(name, Measure, unit, description);

    /// <summary>So many more are open, or fewer.</summary>
    public void Add(bool isOutbound, int difference) => Interlocked.Add(ref isOutbound ? ref _outbound : ref _inbound, difference);

    private IEnumerable<Measurement<int>> Measure() =>
    [
        new(Volatile.Read(ref _inbound), new KeyValuePair<string, object?>("direction", "inbound")),
        new(Volatile.Read(ref _outbound), new KeyValuePair<string, object?>("direction", "outbound")),
    ];
}
