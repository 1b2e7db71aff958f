using Microsoft.Extensions.Logging;

namespace RendezvousCluster.Registry.Hosting;

internal sealed partial class RegistryHost
{
    private void LogDirectory(string path) => Log.Directory(logger, path);

    private void LogMemory() => Log.Memory(logger);

    private void LogReady(int milliseconds) => Log.Ready(logger, milliseconds);

    private void LogNotReady(Exception exception) => Log.NotReady(logger, exception);

    private static partial class Log
    {
        [LoggerMessage(2050, LogLevel.Information, "The registry keeps its data in {Directory}")]
        public static partial void Directory(ILogger logger, string directory);

        [LoggerMessage(2051, LogLevel.Warning, "The registry keeps its data in memory: a restart forgets all registrations")]
        public static partial void Memory(ILogger logger);

        [LoggerMessage(2052, LogLevel.Debug, "The registry is ready after {Milliseconds} ms")]
        public static partial void Ready(ILogger logger, int milliseconds);

        [LoggerMessage(2053, LogLevel.Warning, "The registry does not answer yet")]
        public static partial void NotReady(ILogger logger, Exception exception);
    }
}
