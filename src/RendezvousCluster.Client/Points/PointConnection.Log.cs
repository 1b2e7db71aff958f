using Microsoft.Extensions.Logging;
using RendezvousCluster.Libp2p.Identity;
using RendezvousCluster.Libp2p.Multiformats;
using RendezvousCluster.Libp2p.Wire;

namespace RendezvousCluster.Client.Points;

internal sealed partial class PointConnection
{
    [LoggerMessage(5000, LogLevel.Debug, "Connected to the point {Point} at {Address}.")]
    private static partial void LogConnected(ILogger logger, PeerId point, Multiaddr address);

    [LoggerMessage(5001, LogLevel.Information, "The connection to the point {Point} has ended.")]
    private static partial void LogLost(ILogger logger, PeerId point);

    [LoggerMessage(5002, LogLevel.Debug, "The goodbye to the point {Point} was cut short: {Reason}")]
    private static partial void LogCloseFailed(ILogger logger, PeerId point, VisibleText reason);
}
