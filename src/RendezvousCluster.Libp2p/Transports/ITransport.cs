using RendezvousCluster.Libp2p.Multiformats;

namespace RendezvousCluster.Libp2p.Transports;

/// <summary>A way to carry bytes between two machines: TCP, WebSocket, or memory for tests.</summary>
public interface ITransport
{
    /// <summary>Whether this transport can listen on and dial addresses of this form.</summary>
    bool CanHandle(Multiaddr address);

    /// <summary>
    /// Listens; each accepted connection is handed to <paramref name="onConnection"/>, which owns it until its task ends.
    /// </summary>
    /// <exception cref="TransportException">The address cannot be bound.</exception>
    Task<ITransportListener> ListenAsync(Multiaddr address, Func<RawConnection, Task> onConnection, CancellationToken cancellationToken);

    /// <summary>Opens a connection.</summary>
    /// <exception cref="TransportException">Nobody answered.</exception>
    Task<RawConnection> DialAsync(Multiaddr address, CancellationToken cancellationToken);
}

/// <summary>A bound address. Disposing it stops accepting; connections already accepted live on until their handlers end.</summary>
public interface ITransportListener : IAsyncDisposable
{
    /// <summary>The addresses really bound: port 0 is replaced by the port the system chose.</summary>
    IReadOnlyList<Multiaddr> Addresses { get; }
}
