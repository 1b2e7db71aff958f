using System.Net;
using Microsoft.Extensions.Logging;
using RendezvousCluster.Libp2p.Identity;
using RendezvousCluster.Libp2p.Logging;
using RendezvousCluster.Libp2p.Wire;

namespace RendezvousCluster.Libp2p.Limits;

/// <summary>
/// The list that a host goes by, which may change while it runs. Connections that the list refuses are counted, and warned of as a limit
/// that bites: at once, then once a minute.
/// </summary>
internal sealed partial class AccessGate(AccessList list, TimeProvider timeProvider, ILogger logger)
{
    /// <summary>The tag of the metrics.</summary>
    private const string Tag = "access_list";

    private readonly LogThrottle<RefusalTally> _throttle = new(timeProvider, tally =>
    {
        (string source, int fromThere) = tally.MostFrequentSource;
        LogRefuses(logger, tally.Count, fromThere, source);
    });

    private volatile AccessList _list = list;

    /// <summary>Goes by another list from now on.</summary>
    public void Change(AccessList list) => _list = list;

    /// <summary>Whether a connection from there may begin; one that may not is counted.</summary>
    public bool Admits(IPAddress? address) => _list.Serves(address) || Refuse(ConnectionSource.Of(address));

    /// <summary>Whether a connection may go on now that its peer is known; one that may not is counted.</summary>
    public bool Admits(ConnectionScope scope, PeerId peer) => Serves(scope, peer) || Refuse(scope.Source);

    /// <summary>Whether a connection that is there may stay.</summary>
    public bool Serves(ConnectionScope scope, PeerId peer) => scope.IsOutbound || (_list.Serves(scope.Address) && _list.Serves(peer));

    private bool Refuse(ConnectionSource source)
    {
        Libp2pMetrics.CountRefusal(Tag);
        _throttle.Add(source.ToString(isSubnet: false), static (tally, from) => tally.Add(from));
        return false;
    }

    [LoggerMessage(
        1034,
        LogLevel.Warning,
        "The access list refuses connections: {Count} since the last line of it, {FromThere} of them from {Source}. There is one line a "
        + "minute while this goes on.")]
    private static partial void LogRefuses(ILogger logger, int count, int fromThere, VisibleText source);
}
