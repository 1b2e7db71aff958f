using Akka.Actor;
using Akka.Remote.Transport;

namespace RendezvousCluster.Cluster.Tests.Faults;

/// <summary>Found by name in the configuration of an actor system.</summary>
public sealed class LossyTransportProvider : ITransportAdapterProvider
{
    private static Type Self => typeof(LossyTransportProvider);

    /// <summary>
    /// The settings that put it below the throttling adapter. No blank in the name: the actor system would take quotes for a part of it.
    /// </summary>
    internal static readonly string Configuration =
        $$"""
        akka.remote.adapters.{{LossyTransport.Scheme}} = "{{Self.FullName}},{{Self.Assembly.GetName().Name}}"
        akka.remote.dot-netty.tcp.applied-adapters = ["trttl", "{{LossyTransport.Scheme}}", "gate"]
        """;

    /// <inheritdoc/>
    public Transport Create(Transport wrappedTransport, ExtendedActorSystem system) =>
        new LossyTransport(wrappedTransport, LinkLoss.Of(system));
}
