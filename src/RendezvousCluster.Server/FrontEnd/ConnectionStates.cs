using RendezvousCluster.Libp2p.Protocols;
using RendezvousCluster.Libp2p.Protocols.Identify;
using RendezvousCluster.Server.FrontEnd.Turns;

namespace RendezvousCluster.Server.FrontEnd;

/// <summary>Gives each connection its <see cref="ConnectionState"/>, made at its first rendezvous stream.</summary>
internal sealed class ConnectionStates(
    FrontEndOptions options,
    IdentifyClient identifyClient,
    TurnQueue turns,
    TimeProvider timeProvider,
    ILogger<IdentifyOnDemand> logger)
{
    /// <summary>The state of a connection: the same one for all its streams.</summary>
    public ConnectionState Of(IPeerConnection connection) => connection.GetOrAddState(() => Create(connection));

    private ConnectionState Create(IPeerConnection connection) => new(
        connection,
        options,
        new IdentifyOnDemand(connection, identifyClient, options.Limits.IdentifyTimeout, timeProvider, logger),
        turns.Open(connection));
}
