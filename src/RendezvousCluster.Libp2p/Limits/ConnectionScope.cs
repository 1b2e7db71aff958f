using RendezvousCluster.Libp2p.Identity;

namespace RendezvousCluster.Libp2p.Limits;

/// <summary>
/// What one connection holds of the limits; disposing it gives everything back, once.
///
/// Rules. An inbound connection is pending from its accept until its peer has proved who it is. While it is, it may be put out: by a
/// newcomer that needs its place, or by time, if its first byte or the end of its handshake is late. Being put out gives the pending place
/// back at once and cuts the connection; the place among all connections is given back when the connection is really closed, since it has a
/// descriptor until then.
/// </summary>
internal sealed class ConnectionScope : IDisposable
{
    private readonly ConnectionLimiter _limiter;
    private readonly Lock _lock = new();
    private ITimer? _deadline;
    private Action? _cut;
    private volatile Func<bool>? _hasSentBytes;
    private PeerId? _peer;
    private bool _isLastDeadline;
    private volatile bool _isCut;
    private bool _disposed;

    public ConnectionScope(ConnectionLimiter limiter, ConnectionSource source, bool isOutbound, long arrival)
    {
        _limiter = limiter;
        Source = source;
        IsOutbound = isOutbound;
        Arrival = arrival;
        IsPending = !isOutbound;
        PendingPlace = new LinkedListNode<ConnectionScope>(this);
    }

    /// <summary>Where it comes from.</summary>
    public ConnectionSource Source { get; }

    /// <summary>Whether this side dialled.</summary>
    public bool IsOutbound { get; }

    /// <summary>Its number in the order of arrival: smaller is older.</summary>
    public long Arrival { get; }

    /// <summary>Its place among the pending ones.</summary>
    public LinkedListNode<ConnectionScope> PendingPlace { get; }

    /// <summary>Whether it has not proved who it is. Written under the limiter's lock.</summary>
    public bool IsPending { get; set; }

    /// <summary>Whether it has sent a byte. Written under the limiter's lock.</summary>
    public bool IsSpeaking { get; set; }

    /// <summary>Whether a byte of it has come, read or not.</summary>
    public bool HasSentBytes => _hasSentBytes?.Invoke() ?? false;

    /// <summary>Whether it was put out while it was pending.</summary>
    public bool IsCut => _isCut;

    /// <summary>
    /// Says how the connection is cut, and lets time run: it is cut when no byte of it has come after <paramref name="firstByte"/>, or when
    /// it is still pending after <paramref name="handshake"/>.
    /// </summary>
    /// <param name="cut">Closes its socket.</param>
    /// <param name="hasSentBytes">Whether a byte has come, read or not: a server that lags must not take its own lateness for a
    /// peer's.</param>
    /// <param name="firstByte">How long the first byte may take.</param>
    /// <param name="handshake">How long all may take.</param>
    /// <param name="timeProvider">The clock.</param>
    /// <param name="onSilent">Called when no byte came.</param>
    public void Watch(
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

    /// <summary>Puts a pending connection out. The limiter has taken its pending place already.</summary>
    public void Cut()
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

        cut?.Invoke();
    }

    /// <summary>
    /// The handshake proved who the peer is: frees the pending place and takes one of the peer's; false when it has none left.
    /// </summary>
    public bool TryBindPeer(PeerId peer)
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
            return true;
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            if (!_disposed)
            {
                _disposed = true;
                _deadline?.Dispose();
                _limiter.Release(this, _peer);
            }
        }
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
