using Microsoft.Extensions.Logging;

namespace RendezvousCluster.Registry.Outages;

internal sealed partial class StoreHealth
{
    [LoggerMessage(
        2140,
        LogLevel.Warning,
        "The {Place} takes no writes: registrations are refused, and namespaces in memory are read on, until it does. {Reason}")]
    private static partial void LogAway(ILogger logger, string place, string reason);

    [LoggerMessage(2141, LogLevel.Warning, "The {Place} takes writes again")]
    private static partial void LogBack(ILogger logger, string place);

    [LoggerMessage(2142, LogLevel.Warning, "Whether the store takes writes could not be found out, so it counts as away")]
    private static partial void LogLookFailed(ILogger logger, Exception exception);
}
