using Microsoft.Extensions.Logging;
using RendezvousCluster.Libp2p.Identity;
using RendezvousCluster.Libp2p.Wire;

namespace RendezvousCluster.Libp2p.Hosting;

internal sealed partial class PeerConnection
{
    [LoggerMessage(1010, LogLevel.Debug, "A stream of {Peer} ended early: {Reason}")]
    private static partial void LogStreamEnded(ILogger logger, PeerId peer, VisibleText reason);

    [LoggerMessage(1011, LogLevel.Error, "A stream handler failed while serving {Peer}; the stream was reset.")]
    private static partial void LogHandlerFailed(ILogger logger, PeerId peer, Exception exception);
}
