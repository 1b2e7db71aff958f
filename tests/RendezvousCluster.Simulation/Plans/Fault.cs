namespace RendezvousCluster.Simulation.Plans;

/// <summary>One thing that goes wrong.</summary>
/// <param name="Id">Its number in the plan; operations and faults share the numbers.</param>
/// <param name="At">When, in milliseconds since the beginning.</param>
/// <param name="Kind">What.</param>
/// <param name="Node">At which node, where that matters.</param>
/// <param name="Namespace">In which namespace, where that matters.</param>
/// <param name="Duration">For how many milliseconds.</param>
/// <param name="Amount">How much: of a thousand messages or writes, or milliseconds of a clock, or until something is noticed.</param>
internal sealed record Fault(int Id, long At, FaultKind Kind, int Node, int Namespace, long Duration, long Amount)
{
    public override string ToString() => $"{Kind} (node {Node}, ns{Namespace}, {Duration} ms, {Amount})";
}
