using Microsoft.Extensions.Logging;

namespace RendezvousCluster.Registry.Hosting;

internal sealed partial class RegistryHost
{
    [LoggerMessage(2050, LogLevel.Information, "The registry keeps its data in {Place}")]
    private static partial void LogPlace(ILogger logger, string place);

    [LoggerMessage(2151, LogLevel.Warning, "{Remark}")]
    private static partial void LogRemark(ILogger logger, string remark);

    [LoggerMessage(
        2064, LogLevel.Warning,
        "The stop took too long and is cut short: everything that is acknowledged is in the journal, and requests under way are not "
        + "answered")]
    private static partial void LogCutShort(ILogger logger);

    [LoggerMessage(2051, LogLevel.Warning, "The registry keeps its data in memory: a restart forgets all registrations")]
    private static partial void LogMemory(ILogger logger);

    [LoggerMessage(2054, LogLevel.Information, "This node keeps no data and passes requests on to the registry's nodes")]
    private static partial void LogFrontEndOnly(ILogger logger);

    [LoggerMessage(2083, LogLevel.Information, "A namespace was warmed up in {Milliseconds} ms")]
    private static partial void LogWarmedUp(ILogger logger, int milliseconds);

    [LoggerMessage(2084, LogLevel.Warning, "A namespace could not be warmed up, so the first ones here will be slow: {Reason}")]
    private static partial void LogNotWarmedUp(ILogger logger, string reason, Exception exception);

    [LoggerMessage(2095, LogLevel.Debug, "The newest row of the journal was not compared with the clock; in a new database there is none")]
    private static partial void LogClockNotCompared(ILogger logger, Exception cause);
}
