using RendezvousCluster.Simulation.Plans;

namespace RendezvousCluster.Simulation.World;

/// <summary>Crashes that wait for a node to come to a certain step.</summary>
internal sealed class CrashTriggers(SimulatedCluster cluster)
{
    private readonly List<Fault> _armed = [];

    public void Arm(Fault fault) => _armed.Add(fault);

    public void Disarm() => _armed.Clear();

    /// <summary>A node has come to a step; it dies there if that was planned.</summary>
    /// <returns>Whether it died.</returns>
    public bool Reached(FaultKind step, SimulatedNode node)
    {
        for (int i = 0; i < _armed.Count; i++)
        {
            if (_armed[i].Kind == step && _armed[i].Node == node.Index && node.IsUp && cluster.MayDie(node))
            {
                Fault fault = _armed[i];
                _armed.RemoveAt(i);
                cluster.Statistics.Count(step);
                cluster.Crash(node, fault.Duration, fault.Amount);
                return true;
            }
        }

        return false;
    }
}
