using Akka.Actor;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using RendezvousCluster.Registry.Readiness;

namespace RendezvousCluster.Registry.Hosting;

/// <summary>
/// Watches over the actor system's end. A node that the others take for dead, or that finds itself in the minority of a partition, is
/// downed: its actor system ends, and cannot come back. The process must end too, so that its supervisor starts a new one.
/// </summary>
internal sealed partial class NodeFate(RegistryReadiness readiness, IHostApplicationLifetime lifetime, ILogger<NodeFate> logger) : INodeFate
{
    private volatile string? _turnedAway;
    private volatile string? _lost;

    /// <inheritdoc/>
    public string? Lost => _lost;

    /// <summary>The node must not be in the cluster that it joined, and is about to end; so it never becomes ready.</summary>
    /// <param name="reason">One line for the operator.</param>
    public void TurnedAway(string reason)
    {
        _turnedAway = reason;
        readiness.StartFailed(new RegistryStartException(reason));
    }

    /// <summary>Waits for the end; does not throw.</summary>
    /// <param name="system">The node's actor system.</param>
    /// <param name="stopping">Cancelled when the host stops, before the actor system does.</param>
    public async Task WatchAsync(ActorSystem system, CancellationToken stopping)
    {
        var shutdown = CoordinatedShutdown.Get(system);
        await system.WhenTerminated.ConfigureAwait(false);
        if (stopping.IsCancellationRequested)
        {
            return;
        }

        string reason = _turnedAway ?? Explain(shutdown.ShutdownReason);
        _lost = reason;
        LogLost(logger, reason);
        readiness.StartFailed(new RegistryStartException(reason));
        lifetime.StopApplication();
    }

    private static string Explain(CoordinatedShutdown.Reason? reason) => reason switch
    {
        CoordinatedShutdown.ClusterDowningReason =>
            "This node is out of the cluster: the others could not reach it, or it was in the minority of a partition. Start it again to "
            + "rejoin.",
        CoordinatedShutdown.ClusterLeavingReason => "This node left the cluster on request.",
        _ => "This node's actor system has ended.",
    };

    [LoggerMessage(2071, LogLevel.Critical, "{Reason}")]
    private static partial void LogLost(ILogger logger, string reason);
}
