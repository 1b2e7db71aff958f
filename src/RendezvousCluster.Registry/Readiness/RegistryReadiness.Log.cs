using Microsoft.Extensions.Logging;

namespace RendezvousCluster.Registry.Readiness;

internal sealed partial class RegistryReadiness
{
    private void LogReady(int milliseconds) => Log.Ready(logger, milliseconds);

    private void LogNotReady(string reason) => Log.NotReady(logger, reason);

    private void LogLost(string reason) => Log.Lost(logger, reason);

    private void LogAgain() => Log.Again(logger);

    private void LogRemark(string remark) => Log.Remark(logger, remark);

    private static partial class Log
    {
        [LoggerMessage(2052, LogLevel.Debug, "The registry is ready after {Milliseconds} ms")]
        public static partial void Ready(ILogger logger, int milliseconds);

        [LoggerMessage(2053, LogLevel.Warning, "This node is not ready yet: {Reason}")]
        public static partial void NotReady(ILogger logger, string reason);

        [LoggerMessage(2056, LogLevel.Warning, "This node is not ready any more: {Reason}")]
        public static partial void Lost(ILogger logger, string reason);

        [LoggerMessage(2057, LogLevel.Information, "This node is ready again")]
        public static partial void Again(ILogger logger);

        [LoggerMessage(2150, LogLevel.Warning, "This node is ready, but {Remark}")]
        public static partial void Remark(ILogger logger, string remark);
    }
}
