using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Globalization;

namespace RendezvousCluster.Testing.Metrics;

/// <summary>
/// Meters of one test, and all that was measured with them; what other tests measure is not among it. A series is named by its instrument
/// and tags, such as <c>rendezvous.registry.snapshots outcome=done</c>.
/// </summary>
public sealed class TestMeters : IMeterFactory
{
    private readonly List<Meter> _meters = [];
    private readonly MeterListener _listener = new();
    private readonly ConcurrentDictionary<string, ConcurrentQueue<double>> _measured = [];

    public TestMeters()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (ReferenceEquals(instrument.Meter.Scope, this))
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Keep(instrument, value, tags));
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Keep(instrument, value, tags));
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Keep(instrument, value, tags));
        _listener.Start();
    }

    public Meter Create(MeterOptions options)
    {
        var meter = new Meter(options.Name, options.Version, options.Tags, scope: this);
        _meters.Add(meter);
        return meter;
    }

    /// <summary>What was recorded in a series, the oldest first; null when the series was never seen.</summary>
    public IReadOnlyList<double>? Recorded(string series) =>
        _measured.TryGetValue(series, out ConcurrentQueue<double>? values) ? [.. values] : null;

    /// <summary>What a counter has come to; null when the series was never seen.</summary>
    public double? Counted(string series) => Recorded(series)?.Sum();

    /// <summary>What a gauge says now; null when it says nothing.</summary>
    public double? Observe(string series)
    {
        _measured.TryRemove(series, out _);
        _listener.RecordObservableInstruments();
        return Recorded(series)?[^1];
    }

    public void Dispose()
    {
        _listener.Dispose();
        _meters.ForEach(meter => meter.Dispose());
    }

    private void Keep(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        string series = string.Join(
            ' ', [instrument.Name, .. tags.ToArray().Select(tag => string.Create(CultureInfo.InvariantCulture, $"{tag.Key}={tag.Value}"))]);
        _measured.GetOrAdd(series, _ => []).Enqueue(value);
    }
}
