using RendezvousCluster.Libp2p.Multiformats;

namespace RendezvousCluster.Libp2p.Transports;

/// <summary>
/// A way to carry bytes to peers, such as TCP or WebSocket: <see cref="Hosting.HostContext.Upgrade(IRawTransport)"/> makes it an
/// <see cref="ITransport"/> with the security protocols and muxers of the host.
/// </summary>
public interface IRawTransport
{
    /// <summary>Whether addresses of this form are this transport's.</summary>
    bool CanHandle(Multiaddr address);

    /// <summary>Opens a connection.</summary>
    /// <exception cref="TransportException">Nobody answered.</exception>
    Task<RawConnection> DialAsync(Multiaddr address, CancellationToken cancellationToken);
}

/// <summary>An <see cref="IRawTransport"/> on which peers reach this host.</summary>
public interface IListeningRawTransport : IRawTransport
{
    /// <summary>
    /// Listens; each accepted connection, with its <see cref="RawConnection.Scope"/>, is handed to <paramref name="onConnection"/>, which
    /// owns it until its task ends.
    /// </summary>
    /// <exception cref="TransportException">The address cannot be bound.</exception>
    Task<ITransportListener> ListenAsync(Multiaddr address, Func<RawConnection, Task> onConnection, CancellationToken cancellationToken);

    /// <summary>Binds an address and serves nobody there; disposing the result frees it.</summary>
    /// <exception cref="TransportException">The address cannot be bound.</exception>
    IDisposable Bind(Multiaddr address);
}
