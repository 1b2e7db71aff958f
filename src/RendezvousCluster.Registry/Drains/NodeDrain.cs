namespace RendezvousCluster.Registry.Drains;

/// <summary>Whether an operator has taken this node out of service.</summary>
internal sealed class NodeDrain : INodeDrain
{
    private volatile bool _isDraining;

    /// <inheritdoc/>
    public bool IsDraining => _isDraining;

    /// <inheritdoc/>
    public void Begin() => _isDraining = true;

    /// <inheritdoc/>
    public void Undo() => _isDraining = false;
}
