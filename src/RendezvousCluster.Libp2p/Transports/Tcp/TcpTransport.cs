using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using RendezvousCluster.Libp2p.Limits;
using RendezvousCluster.Libp2p.Multiformats;
using RendezvousCluster.Libp2p.Transports.Sockets;

namespace RendezvousCluster.Libp2p.Transports.Tcp;

/// <summary><c>/ip4/…/tcp/…</c>, dialled and listened on with plain sockets.</summary>
internal class TcpTransport(Door door, TimeSpan writeTimeout, TimeProvider timeProvider, ILoggerFactory loggerFactory)
    : IListeningRawTransport
{
    public bool CanHandle(Multiaddr address) =>
        SocketAddresses.TrySplit(address, SocketBinding.Protocol, out _, out _, out IReadOnlyList<MultiaddrComponent>? rest)
        && rest.Count == 0;

    public IDisposable Bind(Multiaddr address) => SocketBinding.Listen(address);

    public virtual Task<ITransportListener> ListenAsync(
        Multiaddr address, Func<RawConnection, Task> onConnection, CancellationToken cancellationToken)
    {
        var sockets = new SocketListener<TcpConnection>(
            SocketBinding.Listen(address),
            door,
            (socket, scope) => new TcpConnection(socket, scope, writeTimeout, timeProvider),
            connection => connection.Abort(),
            timeProvider,
            loggerFactory.CreateLogger<SocketListener<TcpConnection>>());
        return Task.FromResult<ITransportListener>(new TcpListener(sockets, onConnection, loggerFactory.CreateLogger<TcpListener>()));
    }

    public async Task<RawConnection> DialAsync(Multiaddr address, CancellationToken cancellationToken)
    {
        IPAddress[] candidates = await SocketAddresses.ResolveAsync(address, cancellationToken).ConfigureAwait(false);
        SocketAddresses.TrySplit(address, SocketBinding.Protocol, out _, out int port, out _);
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(candidates, port, cancellationToken).ConfigureAwait(false);
            return new TcpConnection(socket, scope: null, writeTimeout, timeProvider);
        }
        catch (SocketException exception)
        {
            socket.Dispose();
            throw new TransportException($"Cannot reach {address}: {exception.Message}", exception);
        }
        catch (OperationCanceledException)
        {
            socket.Dispose();
            throw;
        }
    }
}
