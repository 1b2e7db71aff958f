using RendezvousCluster.Registry;

namespace RendezvousCluster.Server.Tests.Management.Admin;

/// <summary>A node that remembers whether it is out of service.</summary>
internal sealed class FakeNodeDrain : INodeDrain
{
    public bool IsDraining { get; private set; }

    public void Begin() => IsDraining = true;

    public void Undo() => IsDraining = false;
}
