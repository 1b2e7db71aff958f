namespace RendezvousCluster.Registry.Membership;

/// <summary>Whether a node is known to have ended, from what came back from the ports of all.</summary>
internal static class CrashVerdict
{
    /// <summary>
    /// Times that the port of a node has to be refused, one after the other: a node that restarts listens again soon, as another one.
    /// </summary>
    internal const int Refusals = 2;

    /// <summary>
    /// True when its port was refused each time, and when more than half of the nodes that own namespaces answer here and now. Without the
    /// second a node that is cut off by something which refuses for everybody behind it, a firewall say, would put out the others while
    /// they put out it.
    /// </summary>
    /// <param name="suspect">What came back from its port, in the order of asking.</param>
    /// <param name="others">What came back last from the other nodes that own namespaces, without this one and the suspect.</param>
    /// <param name="selfOwns">Whether this node owns namespaces.</param>
    /// <param name="suspectOwns">Whether the suspect does.</param>
    public static bool HasEnded(
        IReadOnlyCollection<PortAnswer> suspect, IReadOnlyCollection<PortAnswer> others, bool selfOwns, bool suspectOwns)
    {
        int present = others.Count(answer => answer == PortAnswer.Acceptance) + (selfOwns ? 1 : 0);
        int all = others.Count + (selfOwns ? 1 : 0) + (suspectOwns ? 1 : 0);
        return suspect.Count >= Refusals && suspect.All(answer => answer == PortAnswer.Refusal) && present * 2 > all;
    }
}
