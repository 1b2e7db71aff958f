using System.Diagnostics.Metrics;
using RendezvousCluster.Libp2p.Limits;

namespace RendezvousCluster.Libp2p.Tests.Muxing;

/// <summary>Counts refusals of one limit while it lives. Other tests may add to the count: it is a lower bound.</summary>
internal sealed class RefusalProbe : IDisposable
{
    private readonly MeterListener _listener = new();
    private long _count;

    public RefusalProbe(string limit)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == Libp2pMetrics.MeterName && instrument.Name == Libp2pMetrics.RefusalsName)
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>((_, measurement, tags, _) =>
        {
            foreach (KeyValuePair<string, object?> tag in tags)
            {
                if (tag.Key == "limit" && limit.Equals(tag.Value))
                {
                    Interlocked.Add(ref _count, measurement);
                }
            }
        });
        _listener.Start();
    }

    public long Count => Interlocked.Read(ref _count);

    public void Dispose() => _listener.Dispose();
}
