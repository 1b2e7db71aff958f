using Microsoft.Extensions.Logging;
using RendezvousCluster.Libp2p.Identity;
using RendezvousCluster.Libp2p.Limits;
using RendezvousCluster.Libp2p.Logging;
using RendezvousCluster.Libp2p.Multiformats;
using RendezvousCluster.Libp2p.Muxing;
using RendezvousCluster.Libp2p.Wire;

namespace RendezvousCluster.Libp2p.Hosting;

/// <summary>
/// Counts the connections that were ended because of the bytes that they held, and warns of each bound that ends them, at most once a
/// minute. A line names the setting and its value, how many it has ended since the line before, and the last of them.
/// </summary>
internal sealed partial class CutWarnings
{
    private readonly LogThrottle<Latest<EndedConnection>> _unread;
    private readonly LogThrottle<Latest<EndedConnection>> _held;

    public CutWarnings(Libp2pLimits limits, TimeProvider timeProvider, ILogger logger)
    {
        _unread = Throttle(nameof(Libp2pLimits.MaxReceiveBytesPerConnection), () => limits.MaxReceiveBytesPerConnection);
        _held = Throttle(nameof(Libp2pLimits.MaxHeldBytes), () => limits.MaxHeldBytes);

        LogThrottle<Latest<EndedConnection>> Throttle(string setting, Func<long> value) => new(
            timeProvider,
            ended => LogCut(logger, setting, value(), ended.Count, ended.Last!.Peer, ended.Last.Address));
    }

    /// <summary>A connection has ended. Only the bounds on bytes matter here.</summary>
    /// <param name="reason">Why it ended.</param>
    /// <param name="peer">Whose it was.</param>
    /// <param name="address">Where it came from.</param>
    public void Ended(ConnectionEndReason reason, PeerId peer, Multiaddr address)
    {
        switch (reason)
        {
            case ConnectionEndReason.UnreadBytesExceeded:
                Count("unread_bytes", _unread, peer.ToString(), address.ToString());
                break;
            case ConnectionEndReason.HeldBytesExceeded:
                Count("held_bytes", _held, peer.ToString(), address.ToString());
                break;
            default:
                break;
        }
    }

    /// <summary>A connection whose peer had not proved who it is was cut because the host held too much.</summary>
    public void EndedPending(ConnectionSource source) =>
        Count("held_bytes", _held, "somebody whose handshake was under way", source.ToString(isSubnet: false));

    private static void Count(string tag, LogThrottle<Latest<EndedConnection>> throttle, string peer, string address)
    {
        Libp2pMetrics.CountCut(tag);
        throttle.Add(new EndedConnection(peer, address), Latest<EndedConnection>.Add);
    }

    [LoggerMessage(
        1031,
        LogLevel.Warning,
        "The limit {Setting} = {Value} ended connections: {Count} since the last line of it, the latest that of {Peer} at {Address}. "
        + "There is at most one line a minute.")]
    private static partial void LogCut(
        ILogger logger, VisibleText setting, long value, int count, VisibleText peer, VisibleText address);

    private sealed record EndedConnection(string Peer, string Address);
}
