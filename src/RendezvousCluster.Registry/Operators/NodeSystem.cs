using Akka.Actor;

namespace RendezvousCluster.Registry.Operators;

/// <summary>The actor system of this node, for what is asked and told on behalf of operators; null while there is none.</summary>
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
