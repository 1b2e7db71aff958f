using Microsoft.Extensions.Logging;

namespace RendezvousCluster.Registry.Hosting;

internal sealed partial class RegistryReadiness
{
    private void LogReady(int milliseconds) => Log.Ready(logger, milliseconds);

    private void LogNotReady(Exception exception) => Log.NotReady(logger, exception);

    private static partial class Log
    {
        [LoggerMessage(2052, LogLevel.Debug, "The registry is ready after {Milliseconds} ms")]
        public static partial void Ready(ILogger logger, int milliseconds);

        [LoggerMessage(2053, LogLevel.Warning, "The registry does not answer yet")]
        public static partial void NotReady(ILogger logger, Exception exception);
    }
}
