using Microsoft.Extensions.Logging;

namespace RendezvousCluster.Libp2p.Hosting;

internal sealed partial class HostSelfDescription
{
    [LoggerMessage(
        1020,
        LogLevel.Warning,
        "Only the first {Fitting} of {Count} addresses are in this host's signed record, which holds {MaxBytes} bytes: announce fewer, the "
        + "best ones first.")]
    private static partial void LogAddressesLeftOut(ILogger logger, int fitting, int count, int maxBytes);
}
