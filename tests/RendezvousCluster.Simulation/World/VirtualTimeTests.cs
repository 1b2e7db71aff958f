using RendezvousCluster.Simulation.Flaws;
using RendezvousCluster.Simulation.Plans;

namespace RendezvousCluster.Simulation.World;

public sealed class VirtualTimeTests
{
    private readonly SimulatedCluster _cluster = new(PlanGenerator.Generate(1, new SimulationSettings { Operations = 1 }), Flaw.None);
    private readonly List<string> _happened = [];

    [Fact]
    public void Things_happen_in_order_of_time_and_then_of_asking()
    {
        _cluster.Time.After(5, () => _happened.Add("third"));
        _cluster.Time.After(1, () => _happened.Add("first"));
        _cluster.Time.After(1, () => _happened.Add("second"));

        Run(until: 10);

        Assert.Equal(["first", "second", "third"], _happened);
        Assert.Equal((10, 3), (_cluster.Time.Now, _cluster.Time.Steps));
    }

    [Fact]
    public void Nothing_happens_before_its_time()
    {
        _cluster.Time.After(11, () => _happened.Add("later"));

        Run(until: 10);
        Assert.Empty(_happened);

        Run(until: 11);
        Assert.Equal(["later"], _happened);
    }

    [Fact]
    public void A_node_that_has_died_does_nothing_any_more()
    {
        SimulatedNode node = _cluster.Nodes[0];
        _cluster.Time.After(5, node, () => _happened.Add("dead"));
        node.Crash();
        node.Start();
        _cluster.Time.After(5, node, () => _happened.Add("alive"));

        Run(until: 10);

        Assert.Equal(["alive"], _happened);
    }

    [Fact]
    public void A_node_that_stands_still_does_everything_afterwards_in_order()
    {
        SimulatedNode node = _cluster.Nodes[0];
        node.PausedUntil = 100;
        _cluster.Time.After(5, node, () => _happened.Add($"first at {_cluster.Time.Now}"));
        _cluster.Time.After(6, node, () => _happened.Add($"second at {_cluster.Time.Now}"));
        _cluster.Time.After(7, () => _happened.Add($"other at {_cluster.Time.Now}"));

        Run(until: 200);

        Assert.Equal(["other at 7", "first at 100", "second at 100"], _happened);
    }

    private void Run(long until)
    {
        while (_cluster.Time.Step(until))
        {
        }
    }
}
