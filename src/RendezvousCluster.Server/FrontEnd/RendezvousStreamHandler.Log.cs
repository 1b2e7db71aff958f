using RendezvousCluster.Libp2p.Identity;
using RendezvousCluster.Libp2p.Wire;

namespace RendezvousCluster.Server.FrontEnd;

internal sealed partial class RendezvousStreamHandler
{
    [LoggerMessage(EventId = 3000, Level = LogLevel.Debug, Message = "Reset a stream of {Peer}: {Detail}")]
    private partial void LogReset(PeerId peer, VisibleText detail);

    [LoggerMessage(EventId = 3001, Level = LogLevel.Trace, Message = "A stream of {Peer} ended: {Detail}")]
    private partial void LogStreamEnded(PeerId peer, VisibleText detail);
}
