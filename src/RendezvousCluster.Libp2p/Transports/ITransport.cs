using RendezvousCluster.Libp2p.Limits;
using RendezvousCluster.Libp2p.Multiformats;

namespace RendezvousCluster.Libp2p.Transports;

/// <summary>
/// A way to connect to peers: it yields connections whose peer is authenticated and whose streams are multiplexed, however it makes them.
/// One that carries bytes only is an <see cref="IRawTransport"/>, which the host upgrades
/// (<see cref="Hosting.HostContext.Upgrade(IRawTransport)"/>). One on which peers reach this host is an <see cref="IListeningTransport"/>.
/// </summary>
public interface ITransport
{
    /// <summary>Whether addresses of this form are this transport's.</summary>
    bool CanHandle(Multiaddr address);

    /// <summary>Connects to a peer.</summary>
    /// <param name="address">Where it is; where this ends in <c>/p2p/…</c>, the one who answers has to prove to be that peer.</param>
    /// <param name="scope">
    /// The place that the host took for the connection, and gives back. The transport says with <see cref="Door.Watch"/> how the connection
    /// is cut, and counts in the scope's account what it holds for the peer.
    /// </param>
    /// <param name="cancellationToken">Ends the attempt: by the caller, or when it takes too long.</param>
    /// <exception cref="TransportException">Nobody answered.</exception>
    /// <exception cref="Libp2pException">The peer is somebody else, broke a protocol, or shares none with us.</exception>
    Task<ICapableConnection> DialAsync(Multiaddr address, ConnectionScope scope, CancellationToken cancellationToken);
}
