using Microsoft.Extensions.Logging;
using RendezvousCluster.Libp2p.Identity;
using RendezvousCluster.Libp2p.Wire;

namespace RendezvousCluster.Client.Registrations;

public sealed partial class RegistrationHandle
{
    [LoggerMessage(5010, LogLevel.Debug, "Registered in {Namespace} at {Point} for {Ttl}.")]
    private static partial void LogGranted(ILogger logger, VisibleText @namespace, PeerId point, TimeSpan ttl);

    [LoggerMessage(EventId = 5011, Message = "Not registered in {Namespace} at {Point}: {Reason} Next attempt from {Due:u}.")]
    private static partial void LogFailed(
        ILogger logger, LogLevel level, VisibleText @namespace, PeerId point, VisibleText reason, DateTimeOffset due);

    [LoggerMessage(5012, LogLevel.Error, "A registration in {Namespace} at {Point} failed on this side.")]
    private static partial void LogAttemptBroke(ILogger logger, VisibleText @namespace, PeerId point, Exception exception);

    [LoggerMessage(5013, LogLevel.Debug, "Unregistered in {Namespace} at {Point}: {Outcome}")]
    private static partial void LogUnregistered(ILogger logger, VisibleText @namespace, PeerId point, VisibleText outcome);

    [LoggerMessage(5014, LogLevel.Error, "A handler of the events of the registration in {Namespace} failed.")]
    private static partial void LogHandlerFailed(ILogger logger, VisibleText @namespace, Exception exception);
}
