using Microsoft.Extensions.Logging;

namespace RendezvousCluster.Registry.Outages;

internal sealed partial class StoreHealth
{
    private void LogAway(string place, string reason) => Log.Away(logger, place, reason);

    private void LogBack(string place) => Log.Back(logger, place);

    private void LogLookFailed(Exception exception) => Log.LookFailed(logger, exception);

    private static partial class Log
    {
        [LoggerMessage(
            2140,
            LogLevel.Warning,
            "The {Place} takes no writes: registrations are refused, and namespaces in memory are read on, until it does. {Reason}")]
        public static partial void Away(ILogger logger, string place, string reason);

        [LoggerMessage(2141, LogLevel.Warning, "The {Place} takes writes again")]
        public static partial void Back(ILogger logger, string place);

        [LoggerMessage(2142, LogLevel.Warning, "Whether the store takes writes could not be found out, so it counts as away")]
        public static partial void LookFailed(ILogger logger, Exception exception);
    }
}
