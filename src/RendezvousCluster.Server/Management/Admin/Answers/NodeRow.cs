namespace RendezvousCluster.Server.Management.Admin.Answers;

/// <summary>What one node says; or why nothing is known of it.</summary>
/// <param name="Node">The node, as the others know it.</param>
/// <param name="Answer">What it says; null when it gave no answer.</param>
/// <param name="WhyNot">Why it gave none; null when it did.</param>
internal sealed record NodeRow<T>(string Node, T? Answer, string? WhyNot)
    where T : class;

/// <summary>What all nodes of the cluster say, each for itself.</summary>
/// <param name="AskedThrough">The node that asked the others.</param>
/// <param name="Nodes">One for each node; the one that was asked is the first.</param>
internal sealed record ClusterAnswer<T>(string AskedThrough, IReadOnlyList<NodeRow<T>> Nodes)
    where T : class;
