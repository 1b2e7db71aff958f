using Microsoft.Extensions.Logging;

namespace RendezvousCluster.Registry.Hosting;

internal sealed partial class RegistryHost
{
    private void LogPlace(string place) => Log.Place(logger, place);

    private void LogMemory() => Log.Memory(logger);

    private static partial class Log
    {
        [LoggerMessage(2050, LogLevel.Information, "The registry keeps its data in {Place}")]
        public static partial void Place(ILogger logger, string place);

        [LoggerMessage(2051, LogLevel.Warning, "The registry keeps its data in memory: a restart forgets all registrations")]
        public static partial void Memory(ILogger logger);
    }
}
