using RendezvousCluster.Libp2p.Multiformats;

namespace RendezvousCluster.Libp2p.Transports;

/// <summary>A transport on which peers reach this host.</summary>
public interface IListeningTransport : ITransport
{
    /// <summary>
    /// Listens; each connection, once its peer is authenticated, is handed to <paramref name="onConnection"/>, which owns it until its task
    /// ends. The listener has asked the door about the connection before it spent anything on it: see <see cref="Limits.Door"/>.
    /// </summary>
    /// <exception cref="TransportException">The address cannot be bound.</exception>
    Task<ITransportListener> ListenAsync(
        Multiaddr address, Func<ICapableConnection, Task> onConnection, CancellationToken cancellationToken);

    /// <summary>Binds an address and serves nobody there; disposing the result frees it.</summary>
    /// <exception cref="TransportException">The address cannot be bound.</exception>
    IDisposable Bind(Multiaddr address);
}

/// <summary>A bound address. Disposing it stops accepting; connections already accepted live on until their handlers end.</summary>
public interface ITransportListener : IAsyncDisposable
{
    /// <summary>The addresses really bound: port 0 is replaced by the port the system chose.</summary>
    IReadOnlyList<Multiaddr> Addresses { get; }
}
