namespace RendezvousCluster.Chaos.Cluster;

public sealed class ClusterViewTests
{
    [Fact]
    public void The_view_of_a_node_is_read_from_its_metrics()
    {
        var view = ClusterView.Parse(
            """
            # TYPE rendezvous_cluster_members gauge
            rendezvous_cluster_members{otel_scope_name="RendezvousCluster.Registry",state="joining"} 1 1764535000000
            rendezvous_cluster_members{otel_scope_name="RendezvousCluster.Registry",state="up"} 3 1764535000000
            rendezvous_cluster_shards{region="namespace"} 40
            rendezvous_cluster_shards{region="ledger"} 0
            rendezvous_cluster_shard_moves_total{direction="in",region="namespace"} 7
            rendezvous_cluster_coordinators{region="namespace"} 1
            rendezvous_cluster_coordinators{region="ledger"} 0
            """.ReplaceLineEndings("\n"));

        Assert.Equal(3, view.Up);
        Assert.Equal(new Dictionary<string, int> { ["namespace"] = 40, ["ledger"] = 0 }, view.Shards);
        Assert.Equal(["namespace"], view.Coordinators);
    }

    [Fact]
    public void Nodes_are_one_cluster_when_each_sees_all()
    {
        Assert.Null(ClusterView.WhyNotOne([View(3), View(3), View(3)]));
        Assert.Equal("the nodes see 3, 3, 1 nodes", ClusterView.WhyNotOne([View(3), View(3), View(1)]));
        Assert.NotNull(ClusterView.WhyNotOne([View(3), View(3), ClusterView.Nobody]));
    }

    [Fact]
    public void Shards_are_owned_once_when_one_node_coordinates_them_and_all_have_no_more_than_there_are()
    {
        Assert.Null(ClusterView.WhyNotOwnedOnce([View(3, 60, coordinates: true), View(3, 60), View(3, 8)]));
        Assert.Contains(
            "0 nodes have the coordinator", ClusterView.WhyNotOwnedOnce([View(3, 60), View(3, 60), View(3, 8)]), StringComparison.Ordinal);
        Assert.Contains(
            "2 nodes have the coordinator",
            ClusterView.WhyNotOwnedOnce([View(3, 60, coordinates: true), View(3, 60, coordinates: true), View(3)]),
            StringComparison.Ordinal);
        Assert.Contains(
            "the nodes have 129",
            ClusterView.WhyNotOwnedOnce([View(3, 60, coordinates: true), View(3, 60), View(3, 9)]), StringComparison.Ordinal);
    }

    private static ClusterView View(int up, int shards = 0, bool coordinates = false) => new(
        up,
        new Dictionary<string, int> { ["namespace"] = shards },
        coordinates ? new HashSet<string> { "namespace", "ledger", "directory" } : []);
}
