using Microsoft.Extensions.Logging;

namespace RendezvousCluster.Registry;

internal sealed partial class EntityAsker
{
    [LoggerMessage(2010, LogLevel.Warning, "A command could not be sent to its namespace")]
    private static partial void LogAskFailed(ILogger logger, Exception exception);
}
