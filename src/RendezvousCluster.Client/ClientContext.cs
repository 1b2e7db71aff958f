using Microsoft.Extensions.Logging;
using RendezvousCluster.Client.Points;

namespace RendezvousCluster.Client;

/// <summary>What every part of a client needs.</summary>
/// <param name="Node">The libp2p node.</param>
/// <param name="Options">Valid options.</param>
/// <param name="TimeProvider">Drives every timer and timeout.</param>
/// <param name="Jitter">Random numbers from 0 up to but not including 1; may be called from several threads at once.</param>
/// <param name="LoggerFactory">Where to log.</param>
internal sealed record ClientContext(
    IRendezvousNode Node, RendezvousClientOptions Options, TimeProvider TimeProvider, Func<double> Jitter, ILoggerFactory LoggerFactory)
{
    /// <summary>The time that schedules go by.</summary>
    public SteadyClock Clock { get; } = new(TimeProvider);

    /// <summary>The bounds.</summary>
    public RendezvousClientLimits Limits => Options.Limits;

    /// <summary>The waits after failures.</summary>
    public Backoff Backoff => new(Limits.FirstBackoff, Limits.MaxBackoff);
}
