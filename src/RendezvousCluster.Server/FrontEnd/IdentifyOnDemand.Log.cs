using RendezvousCluster.Libp2p.Identity;
using RendezvousCluster.Libp2p.Wire;

namespace RendezvousCluster.Server.FrontEnd;

internal sealed partial class IdentifyOnDemand
{
    [LoggerMessage(EventId = 3020, Level = LogLevel.Debug, Message = "{Peer} did not identify itself and is answered like most: {Detail}")]
    private partial void LogNotIdentified(PeerId peer, VisibleText detail);

    [LoggerMessage(EventId = 3021, Level = LogLevel.Error, Message = "Asking {Peer} for identify failed unexpectedly")]
    private partial void LogFailed(Exception exception, PeerId peer);
}
