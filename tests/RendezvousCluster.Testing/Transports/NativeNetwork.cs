using System.Collections.Concurrent;
using System.Net;
using RendezvousCluster.Libp2p.Transports;

namespace RendezvousCluster.Testing.Transports;

/// <summary>
/// A network in this process for transports that need no upgrade. Diallers have the addresses that a test gives them, so that what a host
/// bounds by address and subnet can be seen without such a network.
/// </summary>
public sealed class NativeNetwork
{
    private const int FirstPort = 40_000;

    private readonly ConcurrentDictionary<IPEndPoint, NativeListener> _listeners = [];
    private int _lastPort = FirstPort;

    /// <summary>Opens a connection and says nothing on it.</summary>
    /// <exception cref="TransportException">Nobody listens there.</exception>
    public NativeConnection Connect(IPAddress from, IPEndPoint to)
    {
        if (!_listeners.TryGetValue(to, out NativeListener? listener))
        {
            throw new TransportException($"Nobody listens at {to}.");
        }

        (NativeConnection dialler, NativeConnection accepted) = NativeConnection.CreatePair(new IPEndPoint(from, NextPort()), to);
        listener.Accept(accepted);
        return dialler;
    }

    internal IPEndPoint Bind(IPEndPoint wanted, NativeListener listener)
    {
        IPEndPoint endPoint = wanted.Port == 0 ? new IPEndPoint(wanted.Address, NextPort()) : wanted;
        return _listeners.TryAdd(endPoint, listener) ? endPoint : throw new TransportException($"{endPoint} is in use.");
    }

    internal void Unbind(IPEndPoint endPoint) => _listeners.TryRemove(endPoint, out _);

    private int NextPort() => Interlocked.Increment(ref _lastPort);
}
