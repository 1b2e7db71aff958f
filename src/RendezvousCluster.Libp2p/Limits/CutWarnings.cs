using Microsoft.Extensions.Logging;
using RendezvousCluster.Libp2p.Identity;
using RendezvousCluster.Libp2p.Multiformats;
using RendezvousCluster.Libp2p.Muxing;
using RendezvousCluster.Libp2p.Wire;

namespace RendezvousCluster.Libp2p.Limits;

/// <summary>
/// Counts the connections that were ended because of the bytes that they held, and warns of each bound that ends them, at most once a
/// minute. A line names the setting and its value, how many it has ended since the line before, and the last of them.
/// </summary>
internal sealed partial class CutWarnings(Libp2pLimits limits, TimeProvider timeProvider, ILogger logger)
{
    /// <summary>The pause between two lines of one bound.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    private const string UnreadBytes = "unread_bytes";
    private const string HeldBytes = "held_bytes";

    private readonly Lock _lock = new();
    private readonly Series _unread = new();
    private readonly Series _held = new();

    /// <summary>A connection has ended. Only the bounds on bytes matter here.</summary>
    /// <param name="reason">Why it ended.</param>
    /// <param name="peer">Whose it was.</param>
    /// <param name="address">Where it came from.</param>
    public void Ended(ConnectionEndReason reason, PeerId peer, Multiaddr address)
    {
        switch (reason)
        {
            case ConnectionEndReason.UnreadBytesExceeded:
                Count(
                    UnreadBytes, _unread, nameof(Libp2pLimits.MaxReceiveBytesPerConnection), limits.MaxReceiveBytesPerConnection, peer,
                    address);
                break;
            case ConnectionEndReason.HeldBytesExceeded:
                Count(HeldBytes, _held, nameof(Libp2pLimits.MaxHeldBytes), limits.MaxHeldBytes, peer, address);
                break;
            default:
                break;
        }
    }

    /// <summary>A connection whose peer had not proved who it is was cut because the host held too much.</summary>
    public void EndedPending(ConnectionSource source) => Count(
        HeldBytes, _held, nameof(Libp2pLimits.MaxHeldBytes), limits.MaxHeldBytes, "somebody whose handshake was under way",
        source.ToString(isSubnet: false));

    private void Count(string tag, Series series, string setting, long value, object peer, object address)
    {
        Libp2pMetrics.CountCut(tag);
        int count;
        lock (_lock)
        {
            series.Count++;
            long now = timeProvider.GetTimestamp();
            if (series.ToldAt is { } toldAt && timeProvider.GetElapsedTime(toldAt, now) < Interval)
            {
                return;
            }

            count = series.Count;
            series.Count = 0;
            series.ToldAt = now;
        }

        LogCut(logger, setting, value, count, peer.ToString(), address.ToString());
    }

    [LoggerMessage(
        1031,
        LogLevel.Warning,
        "The limit {Setting} = {Value} ended connections: {Count} since the last line of it, the latest that of {Peer} at {Address}. "
        + "There is at most one line a minute.")]
    private static partial void LogCut(
        ILogger logger, VisibleText setting, long value, int count, VisibleText peer, VisibleText address);

    private sealed class Series
    {
        public int Count { get; set; }

        public long? ToldAt { get; set; }
    }
}
