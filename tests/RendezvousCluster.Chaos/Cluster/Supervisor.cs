namespace RendezvousCluster.Chaos.Cluster;

/// <summary>
/// While the network is cut: starts a node again as soon as it has ended, as the supervisor of its machine would, who knows nothing of the
/// others. A node that starts into a cut finds nobody to join, and ends again.
/// </summary>
/// <param name="cluster">Whose nodes.</param>
/// <param name="from">When the network was cut, in milliseconds since the run began.</param>
internal sealed class Supervisor(ChaosCluster cluster, long from)
{
    private static readonly TimeSpan RestartPause = TimeSpan.FromSeconds(1);

    private readonly HashSet<int> _lost = [];

    /// <summary>Whether a node has lost its place meanwhile.</summary>
    public bool HasLost(ClusterNode node)
    {
        lock (_lost)
        {
            return _lost.Contains(node.Index);
        }
    }

    /// <summary>Watches until <paramref name="stop"/> is cancelled; it still completes a start that is under way then.</summary>
    public Task WatchAsync(CancellationToken stop) => Task.WhenAll(cluster.Nodes.Select(node => WatchAsync(node, stop)));

    private async Task WatchAsync(ClusterNode node, CancellationToken stop)
    {
        var stopped = new TaskCompletionSource();
        await using CancellationTokenRegistration registration = stop.Register(stopped.SetResult);
        while (await Task.WhenAny(stopped.Task, node.Exited) != stopped.Task)
        {
            if (await cluster.RestartAsync(node, from))
            {
                lock (_lost)
                {
                    _lost.Add(node.Index);
                }
            }

            await Schedule.PassAsync(RestartPause, CancellationToken.None);
        }
    }
}
