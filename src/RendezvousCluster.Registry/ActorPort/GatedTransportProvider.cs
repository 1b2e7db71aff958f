using Akka.Actor;
using Akka.Remote.Transport;

namespace RendezvousCluster.Registry.ActorPort;

/// <summary>Found by name in the configuration of an actor system.</summary>
internal sealed class GatedTransportProvider : ITransportAdapterProvider
{
    /// <inheritdoc/>
    public Transport Create(Transport wrappedTransport, ExtendedActorSystem system) => new GatedTransport(wrappedTransport, system);
}
