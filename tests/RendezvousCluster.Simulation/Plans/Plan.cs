namespace RendezvousCluster.Simulation.Plans;

/// <summary>
/// All that happens to a simulated cluster from outside, in order of time. All other randomness of a run comes from the seeds in here,
/// each of which belongs to one item or one namespace: an item can be left out without changing the fate of the others more than it must.
/// </summary>
internal sealed record Plan(ulong Seed, SimulationSettings Settings, IReadOnlyList<Operation> Operations, IReadOnlyList<Fault> Faults)
{
    /// <summary>How many items there are.</summary>
    public int Count => Operations.Count + Faults.Count;

    /// <summary>The items that are in a set.</summary>
    public Plan Only(IReadOnlySet<int> ids) => this with
    {
        Operations = [.. Operations.Where(operation => ids.Contains(operation.Id))],
        Faults = [.. Faults.Where(fault => ids.Contains(fault.Id))],
    };
}
