using Akka.Actor;

namespace RendezvousCluster.Registry.Operators;

/// <summary>The actor system of this node, through which operators ask and change nodes; null until it has started.</summary>
internal sealed class NodeSystem
{
    private volatile ActorSystem? _system;

    /// <summary>The system.</summary>
    public ActorSystem? System => _system;

    /// <summary>It runs from now on.</summary>
    public void Started(ActorSystem system) => _system = system;

    /// <summary>It is about to end.</summary>
    public void Ending() => _system = null;
}
