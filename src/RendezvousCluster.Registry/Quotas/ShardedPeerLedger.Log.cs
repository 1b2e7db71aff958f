using Microsoft.Extensions.Logging;

namespace RendezvousCluster.Registry.Quotas;

internal sealed partial class ShardedPeerLedger
{
    private static partial class Log
    {
        [LoggerMessage(
            2160,
            LogLevel.Warning,
            "The ledger of quotas did not answer; {Registers} REGISTERs went on without it since this was last told")]
        public static partial void Unanswered(ILogger logger, int registers);
    }
}
