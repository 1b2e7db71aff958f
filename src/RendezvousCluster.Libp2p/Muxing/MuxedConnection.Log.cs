using Microsoft.Extensions.Logging;
using RendezvousCluster.Libp2p.Wire;

namespace RendezvousCluster.Libp2p.Muxing;

internal abstract partial class MuxedConnection
{
    private void LogEnd(MuxerConnectionException cause, int openStreams)
    {
        switch (cause.Reason)
        {
            case ConnectionEndReason.ProtocolError or ConnectionEndReason.WindowExceeded or ConnectionEndReason.StreamRateExceeded:
                LogRemoteViolation(cause.Reason, cause.Message);
                break;
            case ConnectionEndReason.InternalError:
                LogInternalError(cause);
                break;
            default:
                LogEnded(cause.Reason, openStreams, cause.Message);
                break;
        }
    }

    [LoggerMessage(1300, LogLevel.Debug, "Muxed connection ended ({Reason}) with {OpenStreams} open streams: {Message}")]
    private partial void LogEnded(ConnectionEndReason reason, int openStreams, VisibleText message);

    [LoggerMessage(1301, LogLevel.Information, "Muxed connection ended because the remote broke a rule ({Reason}): {Message}")]
    private partial void LogRemoteViolation(ConnectionEndReason reason, VisibleText message);

    [LoggerMessage(1302, LogLevel.Debug, "Stream {StreamId} of the remote was refused: limit {Limit}")]
    private partial void LogStreamRefused(ulong streamId, VisibleText limit);

    [LoggerMessage(1303, LogLevel.Debug, "Writing to the transport failed")]
    private partial void LogWriteFailed(Exception exception);

    [LoggerMessage(1304, LogLevel.Debug, "Completing the transport failed")]
    private partial void LogTransportCompletionFailed(Exception exception);

    [LoggerMessage(1305, LogLevel.Error, "Muxed connection ended by an unexpected failure on this side")]
    private partial void LogInternalError(Exception exception);
}
