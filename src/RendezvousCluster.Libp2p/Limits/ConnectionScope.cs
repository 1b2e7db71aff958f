using RendezvousCluster.Libp2p.Identity;

namespace RendezvousCluster.Libp2p.Limits;

/// <summary>What one connection holds of the limits; disposing it gives everything back, once.</summary>
internal sealed class ConnectionScope(ConnectionLimiter limiter, UInt128? ipKey, bool isPending) : IDisposable
{
    private readonly Lock _lock = new();
    private bool _isPending = isPending;
    private PeerId? _peer;
    private bool _disposed;

    /// <summary>
    /// The handshake proved who the peer is: frees the pending place and takes one of the peer's; false when it has none left.
    /// </summary>
    public bool TryBindPeer(PeerId peer)
    {
        lock (_lock)
        {
            if (_isPending)
            {
                _isPending = false;
                limiter.HandshakeEnded();
            }

            if (_disposed || !limiter.TryBindPeer(peer))
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
                limiter.Release(ipKey, _peer, _isPending);
            }
        }
    }
}
