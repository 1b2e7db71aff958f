using RendezvousCluster.Chaos.History;

namespace RendezvousCluster.Chaos.Faults;

public sealed class FaultPlanTests
{
    private static readonly FaultKind[] Kinds = [.. FaultPlan.Names.Values];

    [Fact]
    public void A_fault_plan_follows_from_its_seed()
    {
        Assert.Equal(Take(new FaultPlan(5, Kinds)), Take(new FaultPlan(5, Kinds)));
        Assert.NotEqual(Take(new FaultPlan(5, Kinds)), Take(new FaultPlan(6, Kinds)));
    }

    [Fact]
    public void Every_kind_comes_once_before_any_comes_again()
    {
        var plan = new FaultPlan(1, Kinds);

        for (int round = 0; round < 3; round++)
        {
            Assert.Equal(Kinds.Order(), Kinds.Select(_ => plan.Next(3).Kind).Order());
        }
    }

    [Fact]
    public void Every_kind_that_is_a_fault_has_a_name() =>
        Assert.Equal(
            Enum.GetValues<FaultKind>().Except([FaultKind.Lost, FaultKind.Join, FaultKind.Network, FaultKind.Journal]),
            FaultPlan.Names.Values.Order());

    private static (FaultKind, int, double)[] Take(FaultPlan plan) => [.. Enumerable.Range(0, 30).Select(_ => plan.Next(3))];
}
