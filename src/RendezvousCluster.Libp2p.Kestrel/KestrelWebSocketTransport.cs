using System.Net;
using System.Net.WebSockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.WebSockets;
using Microsoft.Extensions.Options;
using RendezvousCluster.Libp2p.Hosting;
using RendezvousCluster.Libp2p.Limits;
using RendezvousCluster.Libp2p.Multiformats;
using RendezvousCluster.Libp2p.Transports;
using RendezvousCluster.Libp2p.Transports.Sockets;
using RendezvousCluster.Libp2p.Transports.WebSockets;

namespace RendezvousCluster.Libp2p.Kestrel;

/// <summary>
/// <c>/ip4/…/tcp/…/ws</c>, listened on with Kestrel; dialling stays as it is without it. Any Origin is served: browsers are peers.
/// </summary>
internal sealed class KestrelWebSocketTransport(HostContext context) : WebSocketTransport, IListeningRawTransport
{
    private readonly SocketListenerFactory _sockets =
        new(context.Door, context.Limits.WriteTimeout, context.TimeProvider, context.LoggerFactory);

    public IDisposable Bind(Multiaddr address) => SocketBinding.Listen(address);

    public async Task<ITransportListener> ListenAsync(
        Multiaddr address, Func<RawConnection, Task> onConnection, CancellationToken cancellationToken)
    {
        if (!SocketAddresses.TryGetListenEndPoint(address, SocketBinding.Protocol, out IPEndPoint? endPoint)
            || !TryGetUri(address, out Uri? uri) || uri.Scheme != Uri.UriSchemeWs)
        {
            throw new TransportException($"Cannot listen on {address}: a WebSocket listener is /ip4|ip6/<address>/tcp/<port>/ws.");
        }

        var webSockets = new WebSocketMiddleware(
            request => ServeAsync(request, onConnection),
            Options.Create(new WebSocketOptions { KeepAliveInterval = KeepAliveInterval, KeepAliveTimeout = KeepAliveTimeout }),
            context.LoggerFactory);
        return await KestrelListener.StartAsync(
            endPoint,
            listen => listen.Protocols = HttpProtocols.Http1,
            webSockets.Invoke,
            bound => SocketAddresses.ToMultiaddr(bound, SocketBinding.Protocol).Append(Suffix),
            _sockets,
            context.LoggerFactory,
            cancellationToken).ConfigureAwait(false);
    }

    protected override void Dispose(bool disposing)
    {
        _sockets.Dispose();
        base.Dispose(disposing);
    }

    private static async Task ServeAsync(HttpContext request, Func<RawConnection, Task> onConnection)
    {
        if (!request.WebSockets.IsWebSocketRequest)
        {
            request.Response.StatusCode = StatusCodes.Status426UpgradeRequired;
            request.Response.Headers.Upgrade = "websocket";
            request.Response.Headers.Connection = "close";
            await request.Response.WriteAsync("This is a libp2p WebSocket address.\n", request.RequestAborted).ConfigureAwait(false);
            return;
        }

        ConnectionScope? scope = request.Features.Get<ConnectionScope>();
        scope?.MarkSpeaking();
        WebSocket webSocket = await request.WebSockets.AcceptWebSocketAsync().ConfigureAwait(false);
        ConnectionInfo ends = request.Connection;
        var connection = new WebSocketConnection(
            webSocket,
            SocketAddresses.ToMultiaddr(new IPEndPoint(ends.LocalIpAddress!, ends.LocalPort), SocketBinding.Protocol).Append(Suffix),
            SocketAddresses.ToMultiaddr(new IPEndPoint(ends.RemoteIpAddress!, ends.RemotePort), SocketBinding.Protocol).Append(Suffix),
            SocketAddresses.Unmap(ends.RemoteIpAddress!),
            cut: request.Abort)
        {
            Scope = scope,
        };
        await using (connection.ConfigureAwait(false))
        {
            await onConnection(connection).ConfigureAwait(false);
        }
    }
}
