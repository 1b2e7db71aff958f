using System.Net;

namespace RendezvousCluster.Libp2p.Limits;

/// <summary>What a listener asks about each connection that it accepts, before a byte of it is read.</summary>
/// <param name="limiter">Counts them.</param>
/// <param name="onRefused">Learns which limit refused a connection, or put one out, and where that came from.</param>
/// <param name="limits">How long a connection may take.</param>
/// <param name="timeProvider">The clock.</param>
/// <param name="anyByteSpeaks">
/// Whether a connection speaks with its first byte, wherever that is by now; else only when the application says so.
/// </param>
internal sealed class Door(
    ConnectionLimiter limiter,
    Action<ConnectionLimit, ConnectionSource> onRefused,
    Libp2pLimits limits,
    TimeProvider timeProvider,
    bool anyByteSpeaks = true)
{
    /// <summary>Counts a connection in, or refuses it; <c>onRefused</c> learns of a limit that was reached.</summary>
    /// <param name="remote">Where it comes from.</param>
    /// <returns>What it holds of the limits, to be disposed when its descriptor is free again; null when it has to be closed at
    /// once.</returns>
    public ConnectionScope? Admit(IPAddress remote)
    {
        ConnectionLimit bound = limiter.TryReserve(remote, isOutbound: false, out ConnectionScope? scope, out ConnectionScope? putOut);
        if (bound != ConnectionLimit.None)
        {
            onRefused(bound, putOut?.Source ?? ConnectionSource.Of(remote));
        }

        putOut?.Cut();
        return scope;
    }

    /// <summary>From here on the connection can be cut when its first byte, or the end of its handshake, is late.</summary>
    public void Watch(ConnectionScope scope, Action cut, Func<bool> hasSentBytes) => scope.Watch(
        cut,
        anyByteSpeaks ? hasSentBytes : static () => false,
        limits.FirstByteTimeout,
        limits.UpgradeTimeout,
        timeProvider,
        silent => onRefused(ConnectionLimit.FirstByteTimeout, silent.Source));
}
