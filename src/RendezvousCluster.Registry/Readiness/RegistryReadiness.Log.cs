using Microsoft.Extensions.Logging;

namespace RendezvousCluster.Registry.Readiness;

internal sealed partial class RegistryReadiness
{
    [LoggerMessage(2052, LogLevel.Debug, "The registry is ready after {Milliseconds} ms")]
    private static partial void LogReady(ILogger logger, int milliseconds);

    [LoggerMessage(2053, LogLevel.Warning, "This node is not ready yet: {Reason}")]
    private static partial void LogNotReady(ILogger logger, string reason);

    [LoggerMessage(2056, LogLevel.Warning, "This node is not ready any more: {Reason}")]
    private static partial void LogLost(ILogger logger, string reason);

    [LoggerMessage(2057, LogLevel.Information, "This node is ready again")]
    private static partial void LogAgain(ILogger logger);

    [LoggerMessage(2150, LogLevel.Warning, "This node is ready, but {Remark}")]
    private static partial void LogRemark(ILogger logger, string remark);
}
