using System.Diagnostics.Metrics;
using RendezvousCluster.Libp2p.Metrics;
using RendezvousCluster.Testing.Metrics;

namespace RendezvousCluster.Libp2p.Tests.Metrics;

public sealed class SeriesCounterTests
{
    private static readonly SeriesLabel Kind = new("kind", "a", "b");
    private static readonly SeriesLabel Outcome = new("outcome", "done", "failed");

    [Fact]
    public void Every_combination_of_the_values_is_there_at_zero()
    {
        using var meters = new TestMeters();

        var counter = new SeriesCounter(meters.Create(new MeterOptions("test")), "things", "{thing}", "Things.", Kind, Outcome);

        string[] series = ["kind=a outcome=done", "kind=a outcome=failed", "kind=b outcome=done", "kind=b outcome=failed"];
        Assert.All(series, one => Assert.Equal(0, meters.Counted($"things {one}")));
        counter.Add(2, "a", "failed");
        Assert.Equal((2, 0), (meters.Counted("things kind=a outcome=failed"), meters.Counted("things kind=b outcome=failed")));
    }

    [Fact]
    public void A_counter_without_labels_is_there_at_zero()
    {
        using var meters = new TestMeters();

        _ = new SeriesCounter(meters.Create(new MeterOptions("test")), "things", "{thing}", "Things.");

        Assert.Equal(0, meters.Counted("things"));
    }

    /// <summary>A meter tells those who begin to listen later nothing of what was before.</summary>
    [Fact]
    public void A_late_listener_sees_every_series_when_all_are_shown()
    {
        using var meter = new Meter("SeriesCounterTests.late");
        var counter = new SeriesCounter(meter, "things", "{thing}", "Things.", Kind);
        var seen = new List<string>();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, self) =>
        {
            if (instrument.Meter == meter)
            {
                self.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<long>((_, count, tags, _) => seen.Add($"{tags[0].Value}={count}"));
        listener.Start();
        Assert.Empty(seen);

        SeriesCounter.ShowAll();

        Assert.Equal(["a=0", "b=0"], seen);
        GC.KeepAlive(counter);
    }

    [Fact]
    public void A_value_that_nobody_named_is_counted_and_reported()
    {
        using var meters = new TestMeters();
        var counter = new SeriesCounter(meters.Create(new MeterOptions("test")), "SeriesCounterTests.things", "{thing}", "Things.", Kind);

        counter.Add(1, "c");

        Assert.Equal(1, meters.Counted("SeriesCounterTests.things kind=c"));
        Assert.Contains("SeriesCounterTests.things kind=c", SeriesCounter.Undeclared);
    }
}
