using Microsoft.Extensions.Logging;
using RendezvousCluster.Libp2p.Identity;
using RendezvousCluster.Libp2p.Limits;
using RendezvousCluster.Libp2p.Multiformats;
using RendezvousCluster.Libp2p.Muxing;
using RendezvousCluster.Libp2p.Wire;

namespace RendezvousCluster.Libp2p.Hosting;

public sealed partial class Libp2pHost
{
    [LoggerMessage(1000, LogLevel.Debug, "A connection from {Address} was refused: the limit {Limit} is reached.")]
    private static partial void LogConnectionRefused(ILogger logger, Multiaddr address, ConnectionLimit limit);

    [LoggerMessage(1001, LogLevel.Debug, "A connection from {Address} was not upgraded: {Reason}")]
    private static partial void LogUpgradeFailed(ILogger logger, Multiaddr address, VisibleText reason);

    [LoggerMessage(1002, LogLevel.Debug, "The connection of {Peer} at {Address} ended: {Reason}.")]
    private static partial void LogConnectionEnded(ILogger logger, PeerId peer, Multiaddr address, ConnectionEndReason reason);

    [LoggerMessage(1003, LogLevel.Debug, "The goodbye to {Peer} was cut short: {Reason}")]
    private static partial void LogCloseFailed(ILogger logger, PeerId peer, VisibleText reason);

    [LoggerMessage(1004, LogLevel.Error, "The upgrade of a connection from {Address} failed on this side.")]
    private static partial void LogUpgradeBroke(ILogger logger, Multiaddr address, Exception exception);
}
