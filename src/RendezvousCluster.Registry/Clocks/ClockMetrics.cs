using System.Diagnostics.Metrics;
using RendezvousCluster.Libp2p.Metrics;

namespace RendezvousCluster.Registry.Clocks;

/// <summary>Metrics about the steps of this node's wall clock.</summary>
internal sealed class ClockMetrics
{
    internal const string StepsName = "rendezvous.registry.clock.steps";
    internal const string LastStepName = "rendezvous.registry.clock.last_step";

    private readonly SeriesCounter _steps;
    private long _lastTicks;

    public ClockMetrics(IMeterFactory meters)
    {
        Meter meter = meters.Create(RegistryMetrics.MeterName);
        _steps = new SeriesCounter(
            meter, StepsName, "{step}", "Steps of this node's wall clock, by direction.", new SeriesLabel("direction", "ahead", "back"));
        meter.CreateObservableGauge(
            LastStepName, () => new TimeSpan(Volatile.Read(ref _lastTicks)).TotalSeconds, "s",
            "The last step of this node's wall clock, below zero when it went back; 0 before the first.");
    }

    /// <summary>The clock was set.</summary>
    public void Stepped(TimeSpan size)
    {
        Volatile.Write(ref _lastTicks, size.Ticks);
        _steps.Add(1, size < TimeSpan.Zero ? "back" : "ahead");
    }
}
