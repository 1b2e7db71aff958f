using System.Net;
using RendezvousCluster.Libp2p.Identity;

namespace RendezvousCluster.Libp2p.Limits;

/// <summary>
/// What one connection holds of the limits; disposing it gives everything back, once.
///
/// Rules. An inbound connection is pending from its accept until its peer has proved who it is. While it is, it may be put out: by a
/// newcomer that needs its place, or by time, if its first byte or the end of its handshake is late. Being put out gives the pending place
/// back at once and cuts the connection. A newcomer gets all of its places, since cutting closes its socket before it returns; otherwise
/// the place among all connections is given back when everything of the connection has ended. While it is pending, its account is charged
/// with what a transport may buffer of it.
///
/// The one that took the place gives it back: the listener that accepted the connection, when its descriptor is free; the host that
/// dialled, when the connection is disposed.
/// </summary>
public sealed class ConnectionScope : IDisposable
{
    private readonly ConnectionLimiter _limiter;
    private readonly Lock _lock = new();
    private ITimer? _deadline;
    private Action? _cut;
    private volatile Func<bool>? _hasSentBytes;
    private PeerId? _peer;
    private int _pendingBytes;
    private bool _isLastDeadline;
    private volatile bool _isCut;
    private bool _disposed;

    internal ConnectionScope(ConnectionLimiter limiter, ConnectionSource source, bool isOutbound, long arrival)
    {
        _limiter = limiter;
        Source = source;
        IsOutbound = isOutbound;
        Arrival = arrival;
        IsPending = !isOutbound;
        PendingPlace = new LinkedListNode<ConnectionScope>(this);
    }

    /// <summary>Where it comes from.</summary>
    internal ConnectionSource Source { get; }

    /// <summary>Its address, as it came in; null where it was dialled, or the transport has none.</summary>
    internal IPAddress? Address { get; set; }

    /// <summary>Whether this side dialled.</summary>
    public bool IsOutbound { get; }

    /// <summary>
    /// The bytes that the connection makes this host hold. A transport or a muxer that buffers what its peer can make grow counts that
    /// here.
    /// </summary>
    public ByteAccount Account { get; private set; } = new();

    /// <summary>Its number in the order of arrival: smaller is older.</summary>
    internal long Arrival { get; }

    /// <summary>Its place among the pending ones.</summary>
    internal LinkedListNode<ConnectionScope> PendingPlace { get; }

    /// <summary>Whether it has not proved who it is. Written under the limiter's lock.</summary>
    internal bool IsPending { get; set; }

    /// <summary>Whether it has sent a byte. Written under the limiter's lock.</summary>
    internal bool IsSpeaking { get; set; }

    /// <summary>Whether it counts among all connections. Written under the limiter's lock.</summary>
    internal bool HoldsPlace { get; set; } = true;

    /// <summary>Whether a newcomer has its place, and it has not ended yet. Written under the limiter's lock.</summary>
    internal bool IsLeaving { get; set; }

    /// <summary>Whether a byte of it has come, read or not.</summary>
    internal bool HasSentBytes => _hasSentBytes?.Invoke() ?? false;

    /// <summary>Whether it was put out while it was pending.</summary>
    internal bool IsCut => _isCut;

    /// <summary>Whether it is known how the connection is cut.</summary>
    internal bool IsWatched
    {
        get
        {
            lock (_lock)
            {
                return _cut is not null;
            }
        }
    }

    /// <summary>Counts in an account of the host from here on. Called once, before anything is held.</summary>
    internal void CountIn(ByteAccount account)
    {
        Account = account;
        if (!IsOutbound)
        {
            _pendingBytes = TransportBuffers.PendingUpgradeBytes;
            account.Add(_pendingBytes);
        }
    }

    /// <summary>
    /// Says how the connection is cut, and lets time run: it is cut when no byte of it has come after <paramref name="firstByte"/>, or when
    /// it is still pending after <paramref name="handshake"/>.
    /// </summary>
    /// <param name="cut">Closes its socket before it returns.</param>
    /// <param name="hasSentBytes">Whether a byte has come, read or not: a server that lags must not take its own lateness for a
    /// peer's.</param>
    /// <param name="firstByte">How long the first byte may take.</param>
    /// <param name="handshake">How long all may take.</param>
    /// <param name="timeProvider">The clock.</param>
    /// <param name="onSilent">Called when no byte came.</param>
    internal void Watch(
        Action cut, Func<bool> hasSentBytes, TimeSpan firstByte, TimeSpan handshake, TimeProvider timeProvider,
        Action<ConnectionScope> onSilent)
    {
        bool cutNow;
        lock (_lock)
        {
            _cut = cut;
            _hasSentBytes = hasSentBytes;
            cutNow = _isCut;
            if (!cutNow && !_disposed && IsPending)
            {
                _deadline = timeProvider.CreateTimer(
                    _ => OnDeadline(handshake - firstByte, onSilent), null, firstByte, Timeout.InfiniteTimeSpan);
            }
        }

        if (cutNow)
        {
            cut();
        }
    }

    /// <summary>The first byte came.</summary>
    public void MarkSpeaking() => _limiter.MarkSpeaking(this);

    /// <summary>Cuts the connection at once. Where it was pending, the limiter has taken its pending place already.</summary>
    internal void Cut()
    {
        Action? cut;
        lock (_lock)
        {
            if (_isCut || _disposed)
            {
                return;
            }

            _isCut = true;
            _deadline?.Dispose();
            cut = _cut;
        }

        // The bytes that it still holds will be gone soon, and others must not go for them.
        Account.Close();
        cut?.Invoke();
    }

    /// <summary>Puts a pending connection out, and frees its pending place.</summary>
    internal void PutOut()
    {
        _limiter.EndPending(this);
        Cut();
    }

    /// <summary>
    /// The handshake proved who the peer is: frees the pending place and takes one of the peer's; false when it has none left.
    /// </summary>
    internal bool TryBindPeer(PeerId peer)
    {
        lock (_lock)
        {
            _deadline?.Dispose();
            _limiter.EndPending(this);
            if (_disposed || _isCut || !_limiter.TryBindPeer(peer))
            {
                return false;
            }

            _peer = peer;
            FreePendingBytes();
            return true;
        }
    }

    /// <summary>Gives back all that it holds, except the bytes that its streams still count in the account.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            if (!_disposed)
            {
                _disposed = true;
                _deadline?.Dispose();
                _limiter.Release(this, _peer);
                FreePendingBytes();
                Account.Close();
            }
        }
    }

    private void FreePendingBytes()
    {
        Account.Add(-_pendingBytes);
        _pendingBytes = 0;
    }

    private void OnDeadline(TimeSpan left, Action<ConnectionScope> onSilent)
    {
        bool isSilent = false;
        lock (_lock)
        {
            if (_disposed || _isCut || !IsPending)
            {
                return;
            }

            if (!_isLastDeadline)
            {
                isSilent = !IsSpeaking && !HasSentBytes;
                if (!isSilent && left > TimeSpan.Zero)
                {
                    _isLastDeadline = true;
                    _deadline!.Change(left, Timeout.InfiniteTimeSpan);
                    return;
                }
            }
        }

        if (_limiter.EndPending(this))
        {
            if (isSilent)
            {
                onSilent(this);
            }

            Cut();
        }
    }
}
