namespace RendezvousCluster.Chaos.Load;

public sealed class LoadPlanTests
{
    private const int Draws = 2_000;

    [Fact]
    public void A_load_plan_follows_from_its_seed()
    {
        LoadPlan one = new(7, 0, 3), same = new(7, 0, 3), other = new(8, 0, 3);

        LoadStep[] steps = [.. Enumerable.Range(0, 100).Select(_ => one.Next())];

        Assert.Equal(steps, Enumerable.Range(0, 100).Select(_ => same.Next()));
        Assert.NotEqual(steps, Enumerable.Range(0, 100).Select(_ => other.Next()));
    }

    [Fact]
    public void Everything_is_done()
    {
        var plan = new LoadPlan(1, 0, 3);

        Assert.Equal(Enum.GetValues<LoadStep>(), Enumerable.Range(0, Draws).Select(_ => plan.Next()).Distinct().Order());
        Assert.Equal([2L, 3, 4, 5, 6, 30], Enumerable.Range(0, Draws).Select(_ => plan.Ttl()).Distinct().Order());
        Assert.Equal(2, Enumerable.Range(0, Draws).Select(_ => plan.Limit()).Distinct().Count());
    }

    [Fact]
    public void A_node_that_is_avoided_is_asked_only_when_all_are()
    {
        var plan = new LoadPlan(1, 1, 3);

        Assert.Equal([0, 1, 2], Nodes(_ => false));
        Assert.Equal([0, 2], Nodes(node => node == 1));
        Assert.Equal([2], Nodes(node => node < 2));
        Assert.NotEmpty(Nodes(_ => true));

        IEnumerable<int> Nodes(Func<int, bool> isAvoided) =>
            Enumerable.Range(0, Draws).Select(_ => plan.Node(isAvoided)).Distinct().Order();
    }
}
