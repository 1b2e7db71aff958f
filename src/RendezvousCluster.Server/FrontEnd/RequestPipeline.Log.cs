using RendezvousCluster.Libp2p.Identity;
using RendezvousCluster.Libp2p.Wire;
using RendezvousCluster.Protocol;

namespace RendezvousCluster.Server.FrontEnd;

internal sealed partial class RequestPipeline
{
    [LoggerMessage(3010, LogLevel.Error, "A {Kind} of {Peer} failed unexpectedly")]
    private static partial void LogFailed(ILogger logger, VisibleText kind, PeerId peer, Exception exception);

    [LoggerMessage(3011, LogLevel.Debug, "Refused a {Kind} of {Peer}: {Status}")]
    private static partial void LogRefused(ILogger logger, VisibleText kind, PeerId peer, RendezvousStatus status);
}
