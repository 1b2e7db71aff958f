using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;
using RendezvousCluster.Libp2p.Multiformats;
using RendezvousCluster.Libp2p.Transports.Sockets;

namespace RendezvousCluster.Libp2p.Transports.Tcp;

/// <summary>
/// <c>/ip4/…/tcp/…</c>: Kestrel listens, and dialled sockets are wrapped by the same Kestrel connection class, so both ends of the code see
/// one kind of connection.
/// </summary>
internal sealed class TcpTransport(SocketListenerFactory sockets, ILoggerFactory loggerFactory) : ITransport
{
    public bool CanHandle(Multiaddr address) =>
        SocketAddresses.TrySplit(address, out _, out _, out IReadOnlyList<MultiaddrComponent>? rest) && rest.Count == 0;

    public async Task<ITransportListener> ListenAsync(Multiaddr address, Func<RawConnection, Task> onConnection, CancellationToken cancellationToken)
    {
        if (!SocketAddresses.TryGetListenEndPoint(address, out IPEndPoint? endPoint))
        {
            throw new TransportException($"Cannot listen on {address}: only IP addresses can be bound.");
        }

        return await KestrelListener.StartAsync(
            endPoint,
            listen => listen.Run(async context =>
            {
                var connection = new TcpConnection(context);
                await using (connection.ConfigureAwait(false))
                {
                    await onConnection(connection).ConfigureAwait(false);
                }
            }),
            application: _ => Task.CompletedTask,
            SocketAddresses.ToMultiaddr,
            sockets,
            loggerFactory,
            cancellationToken).ConfigureAwait(false);
    }

    public async Task<RawConnection> DialAsync(Multiaddr address, CancellationToken cancellationToken)
    {
        IPAddress[] candidates = await SocketAddresses.ResolveAsync(address, cancellationToken).ConfigureAwait(false);
        SocketAddresses.TrySplit(address, out _, out int port, out _);
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(candidates, port, cancellationToken).ConfigureAwait(false);
            return new TcpConnection(sockets.Create(socket, scope: null));
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
