using Microsoft.Extensions.Logging;

namespace RendezvousCluster.Registry.Janitors;

internal sealed partial class Janitor
{
    [LoggerMessage(
        2090, LogLevel.Debug, "The janitor has been through the journals: it asked {Woken} entities to clear up and dropped {Dropped}")]
    private static partial void LogPass(ILogger logger, int woken, int dropped);

    [LoggerMessage(2091, LogLevel.Warning, "The janitor could not look through the journals; it tries again with its next round")]
    private static partial void LogFailed(ILogger logger, Exception cause);
}
