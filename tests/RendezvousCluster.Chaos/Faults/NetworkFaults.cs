using RendezvousCluster.Chaos.Cluster;
using RendezvousCluster.Chaos.History;
using RendezvousCluster.Chaos.Network;

namespace RendezvousCluster.Chaos.Faults;

/// <summary>
/// Cuts and lengthens ways for a while. Nodes that lose their place meanwhile end by themselves and are started again at once, also while
/// the network is still cut. In the end one cluster of all nodes has to stand.
/// </summary>
/// <param name="cluster">What is hit.</param>
/// <param name="network">What is cut.</param>
/// <param name="failover">How long the others have to take over from a node that died.</param>
/// <param name="recorder">Where it is written down.</param>
/// <param name="uncleanStops">Gets a line for each node that does not end though it must.</param>
internal sealed class NetworkFaults(
    ChaosCluster cluster, IClusterNetwork network, TimeSpan failover, HistoryRecorder recorder, List<string> uncleanStops)
{
    private static readonly FaultKind[] Cuts =
        [FaultKind.Split, FaultKind.OneWay, FaultKind.Bridge, FaultKind.DatabaseCut, FaultKind.Isolate];

    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    // There and back, between a good network and the far side of the earth: what a proxy adds in one direction is half of it.
    private static readonly TimeSpan ShortestRoundTrip = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan LongestRoundTrip = TimeSpan.FromMilliseconds(200);

    /// <summary>The kinds that are of the network.</summary>
    public static IReadOnlyCollection<FaultKind> Kinds { get; } = [.. Cuts, FaultKind.Latency];

    /// <summary>Whether nodes need networks of their own for these kinds.</summary>
    public static bool NeedNamespaces(IEnumerable<FaultKind> kinds) => kinds.Intersect(Cuts).Any();

    /// <summary>Whether nodes must reach the database through proxies for these kinds.</summary>
    public static bool NeedProxies(IEnumerable<FaultKind> kinds) => kinds.Intersect(Kinds).Any();

    /// <summary>Lets a fault happen, from its beginning until all is well again.</summary>
    /// <param name="kind">Which.</param>
    /// <param name="node">Whom it hits.</param>
    /// <param name="length">From 0 to 1: how long it lasts, and how long the way is.</param>
    public Task InjectAsync(FaultKind kind, ClusterNode node, double length) =>
        kind == FaultKind.Latency ? DelayAsync(length) : CutAsync(kind, node, Between(Shortest, Longest, length));

    private static TimeSpan Between(TimeSpan shortest, TimeSpan longest, double length) => shortest + ((longest - shortest) * length);

    private async Task CutAsync(FaultKind kind, ClusterNode node, TimeSpan span)
    {
        IReadOnlyCollection<NetworkWay> ways = NetworkWay.CutBy(kind, node.Index, cluster.Nodes.Count);
        long from = recorder.Now;
        var supervisor = new Supervisor(cluster, from);
        using var enough = new CancellationTokenSource();
        Task supervision = supervisor.WatchAsync(enough.Token);
        try
        {
            await network.CutAsync(ways);
            await Schedule.PassAsync(span);
            await network.MendAsync(ways);
            recorder.Add(new FaultEvent(kind, node.Index, from, recorder.Now, from));
            await Schedule.PassAsync(failover);
            await cluster.OneAgainAsync();
        }
        finally
        {
            await enough.CancelAsync();
        }

        await supervision;
        if (kind is FaultKind.Split or FaultKind.Isolate && span > failover && !supervisor.HasLost(node))
        {
            uncleanStops.Add($"node {node.Index} was cut off from the others for {span.TotalSeconds:F0} s at {from}, and did not end");
        }
    }

    private async Task DelayAsync(double length)
    {
        long from = recorder.Now;
        cluster.Proxies!.Delay(Between(ShortestRoundTrip, LongestRoundTrip, length) / 2);
        await Schedule.PassAsync(Between(Shortest, Longest, length));
        cluster.Proxies.Delay(TimeSpan.Zero);
        recorder.Add(new FaultEvent(FaultKind.Latency, FaultEvent.NoNode, from, recorder.Now, from));
    }
}
