using RendezvousCluster.Libp2p.Identity;
using RendezvousCluster.Libp2p.Wire;

namespace RendezvousCluster.Server.FrontEnd;

internal sealed partial class IdentifyOnDemand
{
    [LoggerMessage(3020, LogLevel.Debug, "{Peer} did not identify itself and is answered like most: {Detail}")]
    private static partial void LogNotIdentified(ILogger logger, PeerId peer, VisibleText detail);

    [LoggerMessage(3021, LogLevel.Error, "Asking {Peer} for identify failed unexpectedly")]
    private static partial void LogFailed(ILogger logger, PeerId peer, Exception exception);
}
