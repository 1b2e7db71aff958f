using System.Net;
using System.Net.Sockets;
using RendezvousCluster.Libp2p.Multiformats;

namespace RendezvousCluster.Libp2p.Transports.Sockets;

/// <summary>How the sockets of this host are made: those that listen, and those that carry a connection.</summary>
internal static class SocketBinding
{
    /// <summary>What they speak, as a multiaddr names it.</summary>
    public const string Protocol = "tcp";

    // A link that goes down without a word is noticed after KeepAliveSeconds + probes × interval: a minute.
    private const int KeepAliveSeconds = 30;
    private const int KeepAliveIntervalSeconds = 10;
    private const int KeepAliveProbes = 3;

    // Linux cuts it to net.core.somaxconn.
    private const int Backlog = 512;

    /// <summary>
    /// Binds an endpoint and listens. An IPv6 address serves IPv6 only: <c>/ip6/::</c> serves what it says and leaves <c>/ip4/0.0.0.0</c>
    /// of the same port free, in whichever order the two are given.
    /// </summary>
    /// <exception cref="SocketException">The endpoint cannot be bound.</exception>
    public static Socket Listen(IPEndPoint endPoint)
    {
        var socket = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            if (endPoint.AddressFamily == AddressFamily.InterNetworkV6)
            {
                socket.DualMode = endPoint.Address.IsIPv4MappedToIPv6;
            }

            socket.Bind(endPoint);
            socket.Listen(Backlog);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>The same for a listen address.</summary>
    /// <exception cref="TransportException">It cannot be bound; the message names it.</exception>
    public static Socket Listen(Multiaddr address)
    {
        if (!SocketAddresses.TryGetListenEndPoint(address, Protocol, out IPEndPoint? endPoint))
        {
            throw new TransportException($"Cannot listen on {address}: only IP addresses can be bound.");
        }

        try
        {
            return Listen(endPoint);
        }
        catch (SocketException exception)
        {
            throw new TransportException($"Cannot listen on {address}: {exception.Message}", exception);
        }
    }

    /// <summary>Sets what every connection wants of its socket: no delay, and a probe that finds out when the other end is gone.</summary>
    public static void Prepare(Socket connection)
    {
        connection.NoDelay = true;
        connection.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
        connection.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, KeepAliveSeconds);
        connection.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, KeepAliveIntervalSeconds);
        connection.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount, KeepAliveProbes);
    }
}
