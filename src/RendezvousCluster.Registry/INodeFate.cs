namespace RendezvousCluster.Registry;

/// <summary>
/// Whether this node has lost its place in the cluster. Then its actor system is gone for good, and only a new process can join again.
/// </summary>
public interface INodeFate
{
    /// <summary>
    /// One line on why the node ended although nobody told the host to stop; null as long as all is well. The host has been asked to stop
    /// then.
    /// </summary>
    string? Lost { get; }
}
