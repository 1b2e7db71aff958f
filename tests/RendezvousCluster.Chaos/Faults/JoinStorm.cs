using RendezvousCluster.Chaos.Cluster;
using RendezvousCluster.Chaos.History;

namespace RendezvousCluster.Chaos.Faults;

/// <summary>
/// Nodes that join in the same moment: more of them than there were, while one of those starts again; then they leave in order, one after
/// the other.
/// </summary>
/// <param name="cluster">What they join.</param>
/// <param name="stop">Ends a node with SIGTERM, writes it down and lets things settle.</param>
internal sealed class JoinStorm(ChaosCluster cluster, Func<ClusterNode, Task> stop)
{
    // Shards are moved every ten seconds (registry.conf): so long the guests stay that they get some.
    private static readonly TimeSpan Stay = TimeSpan.FromSeconds(15);

    /// <summary>From the stop of the node that starts again until the guests have left.</summary>
    public async Task RunAsync(ClusterNode restarted)
    {
        await stop(restarted);
        await cluster.JoinAsync(FaultKind.JoinStorm, [restarted, .. cluster.Guests]);
        await Schedule.PassAsync(Stay);
        foreach (ClusterNode guest in cluster.Guests)
        {
            await stop(guest);
        }
    }
}
