using Microsoft.Extensions.Logging;

namespace RendezvousCluster.Registry.Hosting;

internal sealed partial class RegistryHost
{
    private void LogPlace(string place) => Log.Place(logger, place);

    private void LogRemark(string remark) => Log.Remark(logger, remark);

    private void LogMemory() => Log.Memory(logger);

    private void LogFrontEndOnly() => Log.FrontEndOnly(logger);

    private void LogWarmedUp(int milliseconds) => Log.WarmedUp(logger, milliseconds);

    private void LogNotWarmedUp(WarmUpException exception) => Log.NotWarmedUp(logger, exception.Message, exception);

    private static partial class Log
    {
        [LoggerMessage(2050, LogLevel.Information, "The registry keeps its data in {Place}")]
        public static partial void Place(ILogger logger, string place);

        [LoggerMessage(2151, LogLevel.Warning, "{Remark}")]
        public static partial void Remark(ILogger logger, string remark);

        [LoggerMessage(2051, LogLevel.Warning, "The registry keeps its data in memory: a restart forgets all registrations")]
        public static partial void Memory(ILogger logger);

        [LoggerMessage(2054, LogLevel.Information, "This node keeps no data and passes requests on to the registry's nodes")]
        public static partial void FrontEndOnly(ILogger logger);

        [LoggerMessage(2083, LogLevel.Information, "A namespace was warmed up in {Milliseconds} ms")]
        public static partial void WarmedUp(ILogger logger, int milliseconds);

        [LoggerMessage(2084, LogLevel.Warning, "A namespace could not be warmed up, so the first ones here will be slow: {Reason}")]
        public static partial void NotWarmedUp(ILogger logger, string reason, Exception exception);
    }
}
