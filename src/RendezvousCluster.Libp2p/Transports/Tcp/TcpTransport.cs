using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using RendezvousCluster.Libp2p.Hosting;
using RendezvousCluster.Libp2p.Multiformats;
using RendezvousCluster.Libp2p.Transports.Sockets;

namespace RendezvousCluster.Libp2p.Transports.Tcp;

/// <summary><c>/ip4/…/tcp/…</c>, dialled and listened on with plain sockets.</summary>
internal class TcpTransport(HostContext context) : IListeningRawTransport
{
    public bool CanHandle(Multiaddr address) =>
        SocketAddresses.TrySplit(address, SocketBinding.Protocol, out _, out _, out IReadOnlyList<MultiaddrComponent>? rest)
        && rest.Count == 0;

    public IDisposable Bind(Multiaddr address) => SocketBinding.Listen(address);

    public virtual Task<ITransportListener> ListenAsync(
        Multiaddr address, Func<RawConnection, Task> onConnection, CancellationToken cancellationToken)
    {
        ILoggerFactory loggers = context.LoggerFactory;
        var sockets = new SocketListener<TcpConnection>(
            SocketBinding.Listen(address),
            context.Door,
            (socket, scope) => new TcpConnection(socket, scope, context.Limits.WriteTimeout, context.TimeProvider),
            connection => connection.Abort(),
            context.TimeProvider,
            loggers.CreateLogger<SocketListener<TcpConnection>>());
        return Task.FromResult<ITransportListener>(new TcpListener(sockets, onConnection, loggers.CreateLogger<TcpListener>()));
    }

    public async Task<RawConnection> DialAsync(Multiaddr address, CancellationToken cancellationToken)
    {
        IPAddress[] candidates = await SocketAddresses.ResolveAsync(address, cancellationToken).ConfigureAwait(false);
        SocketAddresses.TrySplit(address, SocketBinding.Protocol, out _, out int port, out _);
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(candidates, port, cancellationToken).ConfigureAwait(false);
            return new TcpConnection(socket, scope: null, context.Limits.WriteTimeout, context.TimeProvider);
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
