using Microsoft.Extensions.Logging;

namespace RendezvousCluster.Registry;

internal sealed partial class EntityAsker
{
    private void LogAskFailed(Exception exception) => Log.AskFailed(logger, exception);

    private static partial class Log
    {
        [LoggerMessage(2010, LogLevel.Warning, "A command could not be sent to its namespace")]
        public static partial void AskFailed(ILogger logger, Exception exception);
    }
}
