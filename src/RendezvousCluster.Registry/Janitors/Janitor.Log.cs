using Microsoft.Extensions.Logging;

namespace RendezvousCluster.Registry.Janitors;

internal sealed partial class Janitor
{
    private void LogPass(int woken, int dropped) => Events.Pass(_settings.Logger, woken, dropped);

    private void LogFailed(Exception cause) => Events.Failed(_settings.Logger, cause);

    private static partial class Events
    {
        [LoggerMessage(
            2090, LogLevel.Debug, "The janitor has been through the journals: it asked {Woken} entities to clear up and dropped {Dropped}")]
        public static partial void Pass(ILogger logger, int woken, int dropped);

        [LoggerMessage(2091, LogLevel.Warning, "The janitor could not look through the journals; it tries again with its next round")]
        public static partial void Failed(ILogger logger, Exception cause);
    }
}
