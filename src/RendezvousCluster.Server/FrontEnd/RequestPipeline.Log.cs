using RendezvousCluster.Libp2p.Identity;
using RendezvousCluster.Libp2p.Wire;
using RendezvousCluster.Protocol;

namespace RendezvousCluster.Server.FrontEnd;

internal sealed partial class RequestPipeline
{
    [LoggerMessage(EventId = 3010, Level = LogLevel.Error, Message = "A {Kind} of {Peer} failed unexpectedly")]
    private partial void LogFailed(Exception exception, VisibleText kind, PeerId peer);

    [LoggerMessage(EventId = 3011, Level = LogLevel.Debug, Message = "Refused a {Kind} of {Peer}: {Status}")]
    private partial void LogRefused(VisibleText kind, PeerId peer, RendezvousStatus status);
}
