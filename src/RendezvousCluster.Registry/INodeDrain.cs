namespace RendezvousCluster.Registry;

/// <summary>
/// Takes this node out of service while its process runs on, and puts it back: for work on its machine, and before it is stopped.
/// </summary>
public interface INodeDrain
{
    /// <summary>Whether the node is out of service.</summary>
    bool IsDraining { get; }

    /// <summary>
    /// From now on the node is not ready, is given no shards, and hands those that it has to the other nodes, a few at a time. It serves
    /// requests as before: it asks their new owners.
    /// </summary>
    void Begin();

    /// <summary>The node takes its share again, some seconds later.</summary>
    void Undo();
}
