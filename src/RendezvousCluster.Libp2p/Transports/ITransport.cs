using RendezvousCluster.Libp2p.Multiformats;

namespace RendezvousCluster.Libp2p.Transports;

/// <summary>A way to reach peers, such as TCP or WebSocket. One that listens too is an <see cref="IListeningTransport"/>.</summary>
public interface ITransport
{
    /// <summary>Whether addresses of this form are this transport's.</summary>
    bool CanHandle(Multiaddr address);

    /// <summary>Opens a connection.</summary>
    /// <exception cref="TransportException">Nobody answered.</exception>
    Task<RawConnection> DialAsync(Multiaddr address, CancellationToken cancellationToken);
}
