using Akka.Actor;
using Akka.Configuration;
using Akka.Remote.Transport;

namespace RendezvousCluster.Registry.ActorPort;

/// <summary>
/// The transport of a node that is a cluster of its own: it listens nowhere and dials nobody, so that such a node opens no port for other
/// nodes. The rest of the toolkit runs as it does on a member of a cluster.
/// </summary>
/// <remarks>Found by name in the configuration of an actor system, hence the constructor.</remarks>
internal sealed class ClosedTransport : Transport
{
    /// <summary>Where the settings are that name it.</summary>
    internal const string SettingsPath = "akka.remote.closed";

    /// <summary>The toolkit wants a host and a port in every address. Nobody looks this host up, and nobody dials it.</summary>
    internal const string Host = "alone";

    /// <summary>See <see cref="Host"/>.</summary>
    internal const int Port = 1;

    public ClosedTransport(ActorSystem system, Config config)
    {
        System = system;
        Config = config;
        SchemeIdentifier = "tcp";
        MaximumPayloadBytes = 0;
    }

    /// <summary>The settings of an actor system that has this transport and no other.</summary>
    internal static string Settings { get; } =
        $$"""
        akka.remote.enabled-transports = ["{{SettingsPath}}"]
        {{SettingsPath}}.transport-class = "{{typeof(ClosedTransport).FullName}}, {{typeof(ClosedTransport).Assembly.GetName().Name}}"
        {{SettingsPath}}.applied-adapters = []
        {{SettingsPath}}.transport-protocol = tcp

        """;

    /// <inheritdoc/>
    public override Task<(Address, TaskCompletionSource<IAssociationEventListener>)> Listen() => Task.FromResult(
        (new Address(SchemeIdentifier, System.Name, Host, Port),
        new TaskCompletionSource<IAssociationEventListener>(TaskCreationOptions.RunContinuationsAsynchronously)));

    /// <inheritdoc/>
    public override bool IsResponsibleFor(Address remote) => true;

    /// <inheritdoc/>
    public override Task<AssociationHandle> Associate(Address remoteAddress) =>
        Task.FromException<AssociationHandle>(
            new InvalidAssociationException($"This node is a cluster of its own and does not dial {remoteAddress}."));

    /// <inheritdoc/>
    public override Task<bool> Shutdown() => Task.FromResult(true);
}
