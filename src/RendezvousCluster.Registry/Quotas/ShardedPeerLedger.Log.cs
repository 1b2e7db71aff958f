using Microsoft.Extensions.Logging;

namespace RendezvousCluster.Registry.Quotas;

internal sealed partial class ShardedPeerLedger
{
    [LoggerMessage(
        2160,
        LogLevel.Warning,
        "The ledger of quotas did not answer; {Registers} REGISTERs went on without it since the last report")]
    private static partial void LogUnanswered(ILogger logger, int registers);
}
