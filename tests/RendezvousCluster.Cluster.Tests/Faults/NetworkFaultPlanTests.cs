namespace RendezvousCluster.Cluster.Tests.Faults;

public sealed class NetworkFaultPlanTests
{
    [Fact]
    public void It_follows_from_its_seed()
    {
        Assert.Equal(NetworkFaultPlan.For(5, 4, 3), NetworkFaultPlan.For(5, 4, 3));
        Assert.NotEqual(NetworkFaultPlan.For(5, 4, 3), NetworkFaultPlan.For(6, 4, 3));
    }

    [Fact]
    public void It_has_each_kind_once_at_most()
    {
        int kinds = Enum.GetValues<NetworkFaultKind>().Length;

        Assert.Equal(kinds, NetworkFaultPlan.For(1, kinds, 3).Select(fault => fault.Kind).Distinct().Count());
        Assert.All(NetworkFaultPlan.For(1, kinds, 3), fault => Assert.InRange(fault.Node, 0, 2));
    }
}
