using System.Net;
using Microsoft.AspNetCore.Connections;
using RendezvousCluster.Libp2p.Hosting;
using RendezvousCluster.Libp2p.Multiformats;
using RendezvousCluster.Libp2p.Transports;
using RendezvousCluster.Libp2p.Transports.Sockets;
using RendezvousCluster.Libp2p.Transports.Tcp;

namespace RendezvousCluster.Libp2p.Kestrel;

/// <summary><c>/ip4/…/tcp/…</c>, listened on with Kestrel; dialling stays as it is without it.</summary>
internal sealed class KestrelTcpTransport(HostContext context)
    : TcpTransport(context.Door, context.Limits.WriteTimeout, context.TimeProvider, context.LoggerFactory), IDisposable
{
    private readonly HostContext _context = context;
    private readonly SocketListenerFactory _sockets =
        new(context.Door, context.Limits.WriteTimeout, context.TimeProvider, context.LoggerFactory);

    public override async Task<ITransportListener> ListenAsync(
        Multiaddr address, Func<RawConnection, Task> onConnection, CancellationToken cancellationToken)
    {
        if (!SocketAddresses.TryGetListenEndPoint(address, SocketBinding.Protocol, out IPEndPoint? endPoint))
        {
            throw new TransportException($"Cannot listen on {address}: only IP addresses can be bound.");
        }

        return await KestrelListener.StartAsync(
            endPoint,
            listen => listen.Run(async accepted =>
            {
                var connection = new KestrelConnection(accepted);
                await using (connection.ConfigureAwait(false))
                {
                    await onConnection(connection).ConfigureAwait(false);
                }
            }),
            application: _ => Task.CompletedTask,
            bound => SocketAddresses.ToMultiaddr(bound, SocketBinding.Protocol),
            _sockets,
            _context.LoggerFactory,
            cancellationToken).ConfigureAwait(false);
    }

    public void Dispose() => _sockets.Dispose();
}
