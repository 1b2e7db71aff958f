namespace RendezvousCluster.Chaos.Load;

public sealed class ProbePlanTests
{
    [Fact]
    public void A_probe_registers_and_reads_in_turn()
    {
        var plan = new ProbePlan(0, 3);

        Assert.Equal(
            [LoadStep.Refresh, LoadStep.Discover, LoadStep.Refresh, LoadStep.Discover], Enumerable.Range(0, 4).Select(_ => plan.Next()));
    }

    [Fact]
    public void A_probe_asks_at_home_and_goes_on_to_the_next_node_when_home_is_avoided()
    {
        var plan = new ProbePlan(1, 3);

        Assert.Equal(1, plan.Node(_ => false));
        Assert.Equal(2, plan.Node(node => node == 1));
        Assert.Equal(0, plan.Node(node => node > 0));
        Assert.Equal(1, plan.Node(_ => true));
    }
}
