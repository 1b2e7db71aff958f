namespace RendezvousCluster.Cluster.Tests.Faults;

public sealed class NodeFaultPlanTests
{
    [Fact]
    public void A_node_fault_plan_follows_from_its_seed()
    {
        Assert.Equal(NodeFaultPlan.For(5, 4, 3), NodeFaultPlan.For(5, 4, 3));
        Assert.NotEqual(NodeFaultPlan.For(5, 4, 3), NodeFaultPlan.For(6, 4, 3));
    }

    [Fact]
    public void A_node_fault_plan_has_each_kind_once_at_most()
    {
        int kinds = Enum.GetValues<NodeFaultKind>().Length;

        Assert.Equal(kinds, NodeFaultPlan.For(1, kinds, 3).Select(fault => fault.Kind).Distinct().Count());
        Assert.All(NodeFaultPlan.For(1, kinds, 3), fault => Assert.InRange(fault.Node, 0, 2));
    }
}
