using Microsoft.Extensions.Logging;

namespace RendezvousCluster.Registry.Hosting;

internal sealed partial class RegistryReadiness
{
    private void LogReady(int milliseconds) => Log.Ready(logger, milliseconds);

    private void LogNotReady(string reason) => Log.NotReady(logger, reason);

    private void LogLost(string reason) => Log.Lost(logger, reason);

    private void LogAgain() => Log.Again(logger);

    private static partial class Log
    {
        [LoggerMessage(2052, LogLevel.Debug, "The registry is ready after {Milliseconds} ms")]
        public static partial void Ready(ILogger logger, int milliseconds);

        [LoggerMessage(2053, LogLevel.Warning, "The registry does not answer yet: {Reason}")]
        public static partial void NotReady(ILogger logger, string reason);

        [LoggerMessage(2056, LogLevel.Warning, "The registry is not ready any more: {Reason}")]
        public static partial void Lost(ILogger logger, string reason);

        [LoggerMessage(2057, LogLevel.Information, "The registry is ready again")]
        public static partial void Again(ILogger logger);
    }
}
