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
                LogRemoteViolation(_logger, cause.Reason, cause.Message);
                break;
            case ConnectionEndReason.InternalError:
                LogInternalError(_logger, cause);
                break;
            default:
                LogEnded(_logger, cause.Reason, openStreams, cause.Message);
                break;
        }
    }

    [LoggerMessage(1300, LogLevel.Debug, "Muxed connection ended ({Reason}) with {OpenStreams} open streams: {Message}")]
    private static partial void LogEnded(ILogger logger, ConnectionEndReason reason, int openStreams, VisibleText message);

    [LoggerMessage(1301, LogLevel.Information, "Muxed connection ended because the remote broke a rule ({Reason}): {Message}")]
    private static partial void LogRemoteViolation(ILogger logger, ConnectionEndReason reason, VisibleText message);

    [LoggerMessage(1302, LogLevel.Debug, "Stream {StreamId} of the remote was refused: limit {Limit}")]
    private static partial void LogStreamRefused(ILogger logger, ulong streamId, VisibleText limit);

    [LoggerMessage(1303, LogLevel.Debug, "Writing to the transport failed")]
    private static partial void LogWriteFailed(ILogger logger, Exception exception);

    [LoggerMessage(1304, LogLevel.Debug, "Completing the transport failed")]
    private static partial void LogTransportCompletionFailed(ILogger logger, Exception exception);

    [LoggerMessage(1305, LogLevel.Error, "Muxed connection ended by an unexpected failure on this side")]
    private static partial void LogInternalError(ILogger logger, Exception exception);
}
