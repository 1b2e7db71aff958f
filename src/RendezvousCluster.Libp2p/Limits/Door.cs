using System.Net;

namespace RendezvousCluster.Libp2p.Limits;

/// <summary>
/// What a transport asks about each connection: the place that it takes among the host's connections, and how long it may take. The same
/// for every transport, of bytes or of streams.
///
/// Rules for a listener. It waits for <see cref="WhenOpenAsync"/> before it accepts a connection, asks <see cref="Admit"/> when a
/// connection comes in, before it spends anything on it, and closes at once what is refused. It says with <see cref="Watch"/> how the
/// connection is cut before it waits for its peer, and with <see cref="ConnectionScope.MarkSpeaking"/> that the peer has sent a byte. Until
/// the peer is authenticated it holds no more than 128 KiB of the connection; what it buffers later, it counts in
/// <see cref="ConnectionScope.Account"/>. It disposes the scope when the connection is closed and its descriptor, if it has one, is free.
/// </summary>
public sealed class Door
{
    // Closing a socket takes milliseconds; on a machine that lags, newcomers wait in the system's queue meanwhile.
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(1);

    private readonly ConnectionLimiter _limiter;
    private readonly Action<ConnectionLimit, ConnectionSource> _onRefused;
    private readonly Libp2pLimits _limits;
    private readonly TimeProvider _timeProvider;
    private readonly Func<ConnectionScope, ByteAccount>? _openAccount;
    private readonly bool _anyByteSpeaks;
    private readonly AccessGate? _access;

    /// <param name="limiter">Counts them.</param>
    /// <param name="onRefused">Learns which limit refused a connection, or put one out, and where that came from.</param>
    /// <param name="limits">How long a connection may take.</param>
    /// <param name="timeProvider">The clock.</param>
    /// <param name="openAccount">Opens the account of a connection; null where nobody bounds the bytes of all together.</param>
    /// <param name="anyByteSpeaks">
    /// Whether a connection speaks with its first byte, wherever that is by now; else only when the application says so.
    /// </param>
    /// <param name="access">Who may come in at all; null for everybody.</param>
    internal Door(
        ConnectionLimiter limiter,
        Action<ConnectionLimit, ConnectionSource> onRefused,
        Libp2pLimits limits,
        TimeProvider timeProvider,
        Func<ConnectionScope, ByteAccount>? openAccount = null,
        bool anyByteSpeaks = true,
        AccessGate? access = null)
    {
        _limiter = limiter;
        _onRefused = onRefused;
        _limits = limits;
        _timeProvider = timeProvider;
        _openAccount = openAccount;
        _anyByteSpeaks = anyByteSpeaks;
        _access = access;
    }

    /// <summary>
    /// When the next connection may be accepted: at once, unless many have been put out for newcomers and are not closed yet. Then those
    /// who come wait in the system's queue, instead of being refused.
    /// </summary>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public ValueTask WhenOpenAsync(CancellationToken cancellationToken) =>
        _limiter.WhenFewLeaveAsync(LongestWait, _timeProvider, cancellationToken);

    /// <summary>Counts a connection in, or refuses it; a limit that was reached is logged and counted.</summary>
    /// <param name="remote">Where it comes from; null where the transport has no addresses: then it is counted among all only.</param>
    /// <returns>What it holds of the limits, to be disposed when its descriptor is free again; null when it has to be closed at
    /// once.</returns>
    public ConnectionScope? Admit(IPAddress? remote)
    {
        if (_access?.Admits(remote) == false)
        {
            return null;
        }

        ConnectionLimit bound = _limiter.TryReserve(remote, isOutbound: false, out ConnectionScope? scope, out ConnectionScope? putOut);
        if (bound != ConnectionLimit.None)
        {
            _onRefused(bound, putOut?.Source ?? ConnectionSource.Of(remote));
        }

        putOut?.Cut();
        scope?.Address = remote;
        CountBytes(scope);
        return scope;
    }

    /// <summary>
    /// From here on the connection can be cut: when its first byte or the end of its handshake is late, when another one needs its place,
    /// or when the host holds too much for it.
    /// </summary>
    /// <param name="scope">The connection, accepted or dialled.</param>
    /// <param name="cut">
    /// Closes it, from any thread, also when it is closed already; its descriptor, if it has one, is free when this returns.
    /// </param>
    /// <param name="hasSentBytes">
    /// Whether a byte of its peer has come, read or not: a host that lags must not take its own lateness for a peer's.
    /// </param>
    public void Watch(ConnectionScope scope, Action cut, Func<bool> hasSentBytes) => scope.Watch(
        cut,
        _anyByteSpeaks ? hasSentBytes : static () => false,
        _limits.FirstByteTimeout,
        _limits.UpgradeTimeout,
        _timeProvider,
        silent => _onRefused(ConnectionLimit.FirstByteTimeout, silent.Source));

    /// <summary>Counts a connection that this host is going to dial.</summary>
    /// <returns>The limit that refused it, then without a scope.</returns>
    internal ConnectionLimit AdmitOutbound(out ConnectionScope? scope)
    {
        ConnectionLimit bound = _limiter.TryReserve(remoteIp: null, isOutbound: true, out scope, out _);
        CountBytes(scope);
        return bound;
    }

    private void CountBytes(ConnectionScope? scope)
    {
        if (scope is not null && _openAccount is not null)
        {
            scope.CountIn(_openAccount(scope));
        }
    }
}
