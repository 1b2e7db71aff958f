using Microsoft.Extensions.Options;
using RendezvousCluster.Libp2p.Hosting;
using RendezvousCluster.Libp2p.Limits;
using RendezvousCluster.Server.Options;

namespace RendezvousCluster.Server.Access;

/// <summary>
/// Reads the access list again while the server runs, and ends the connections that it no longer serves. A list that cannot be read changes
/// nothing: half of a list would let in whom the other half blocks.
/// </summary>
internal sealed partial class AccessReload(IOptions<ServerOptions> options, Libp2pHost host, ILogger<AccessReload> logger)
{
    /// <summary>Reads it again. Does not throw.</summary>
    public void Run()
    {
        try
        {
            string? path = options.Value.AccessFile;
            AccessList list = AccessFile.Read(path);
            LogReloaded(logger, path, list.Blocked, list.Allowed, host.ChangeAccess(list));
        }
        catch (ServerStartException exception)
        {
            LogKept(logger, exception.Message);
        }
    }

    [LoggerMessage(
        3123,
        LogLevel.Warning,
        "The access list '{Path}' was read again: it blocks {Blocked} and allows {Allowed}; connections that were ended by it: {Ended}")]
    private static partial void LogReloaded(ILogger logger, string? path, int blocked, int allowed, int ended);

    [LoggerMessage(3124, LogLevel.Error, "{Reason} The list of before stays in use")]
    private static partial void LogKept(ILogger logger, string reason);
}
