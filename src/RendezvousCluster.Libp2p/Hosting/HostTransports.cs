using RendezvousCluster.Libp2p.Identity;
using RendezvousCluster.Libp2p.Multiformats;
using RendezvousCluster.Libp2p.Transports;

namespace RendezvousCluster.Libp2p.Hosting;

/// <summary>The transports of a host and the addresses that it has bound with them.</summary>
internal sealed class HostTransports : IDisposable
{
    private readonly string[] _names;
    private readonly ITransport[] _transports;
    private readonly List<ITransportListener> _listeners = [];

    public HostTransports(OrderedDictionary<string, Func<HostContext, ITransport>> registered, HostContext context)
    {
        _names = [.. registered.Keys];
        _transports = [.. registered.Values.Select(create => create(context))];
    }

    /// <summary>The addresses really bound.</summary>
    public IReadOnlyList<Multiaddr> Addresses => [.. _listeners.SelectMany(listener => listener.Addresses)];

    /// <summary>The transport of an address: the first that can handle it.</summary>
    /// <exception cref="TransportException">No transport can handle the address.</exception>
    public ITransport For(Multiaddr address) =>
        _transports.FirstOrDefault(transport => transport.CanHandle(address))
        ?? throw new TransportException(
            $"No transport for {address}: this host speaks {string.Join(" and ", _names)}, and goes through no relay.");

    /// <summary>Binds every address, all of them together, and leaves none bound.</summary>
    /// <exception cref="TransportException">An address cannot be bound.</exception>
    public void Check(IEnumerable<Multiaddr> addresses, PeerId own)
    {
        var bound = new List<IDisposable>();
        try
        {
            foreach (Multiaddr address in addresses)
            {
                IListeningTransport transport = ListeningFor(address);
                if (address.FinalPeerId is { } named && !named.Equals(own))
                {
                    throw new TransportException($"Cannot listen on {address}: it ends in the id of another peer, and this host is {own}.");
                }

                bound.Add(transport.Bind(address));
            }
        }
        finally
        {
            bound.ForEach(socket => socket.Dispose());
        }
    }

    /// <summary>Listens on every address, in order, until one fails.</summary>
    /// <exception cref="TransportException">An address cannot be bound.</exception>
    public async Task ListenAsync(
        IEnumerable<Multiaddr> addresses, Func<ICapableConnection, Task> onConnection, CancellationToken cancellationToken)
    {
        foreach (Multiaddr address in addresses)
        {
            IListeningTransport transport = ListeningFor(address);
            _listeners.Add(await transport.ListenAsync(address, onConnection, cancellationToken).ConfigureAwait(false));
        }
    }

    /// <summary>Stops accepting at once; ends when the last connection that was accepted is closed.</summary>
    public Task BeginStop() => Task.WhenAll(_listeners.Select(listener => listener.DisposeAsync().AsTask()));

    /// <summary>Forgets the listeners that have stopped.</summary>
    public void EndStop() => _listeners.Clear();

    public void Dispose()
    {
        foreach (IDisposable transport in _transports.OfType<IDisposable>())
        {
            transport.Dispose();
        }
    }

    private IListeningTransport ListeningFor(Multiaddr address) =>
        For(address) as IListeningTransport
        ?? throw new TransportException(
            $"Cannot listen on {address}: this host only dials such addresses. "
            + "RendezvousCluster.Libp2p.Kestrel (UseKestrel) listens on WebSocket.");
}
