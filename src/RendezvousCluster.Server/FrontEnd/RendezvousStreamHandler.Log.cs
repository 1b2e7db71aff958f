using RendezvousCluster.Libp2p.Identity;
using RendezvousCluster.Libp2p.Wire;

namespace RendezvousCluster.Server.FrontEnd;

internal sealed partial class RendezvousStreamHandler
{
    [LoggerMessage(3000, LogLevel.Debug, "Reset a stream of {Peer}: {Detail}")]
    private static partial void LogReset(ILogger logger, PeerId peer, VisibleText detail);

    [LoggerMessage(3001, LogLevel.Trace, "A stream of {Peer} ended: {Detail}")]
    private static partial void LogStreamEnded(ILogger logger, PeerId peer, VisibleText detail);
}
