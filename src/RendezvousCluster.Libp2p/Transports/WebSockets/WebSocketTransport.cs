using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.WebSockets;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using RendezvousCluster.Libp2p.Limits;
using RendezvousCluster.Libp2p.Multiformats;
using RendezvousCluster.Libp2p.Transports.Sockets;
using RendezvousCluster.Libp2p.Wire;

namespace RendezvousCluster.Libp2p.Transports.WebSockets;

/// <summary>
/// <c>/ip4/…/tcp/…/ws</c> (listen and dial) and <c>/tls/ws</c>, <c>/wss</c> (dial): binary WebSocket messages as one byte stream; where a
/// message ends means nothing.
/// Compression stays off: the bytes are encrypted, and inflating strangers' input is a risk. Any Origin is served: browsers are peers.
/// </summary>
internal sealed class WebSocketTransport : ITransport, IDisposable
{
    private static readonly Multiaddr WebSocketSuffix = Multiaddr.Parse("/ws");
    private static readonly TimeSpan KeepAliveInterval = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan KeepAliveTimeout = TimeSpan.FromSeconds(20);

    private readonly SocketListenerFactory _sockets;
    private readonly ILoggerFactory _loggerFactory;
    private readonly SocketsHttpHandler _dialHandler = new() { ConnectCallback = ConnectAsync };
    private readonly HttpMessageInvoker _dialInvoker;

    public WebSocketTransport(SocketListenerFactory sockets, ILoggerFactory loggerFactory)
    {
        _sockets = sockets;
        _loggerFactory = loggerFactory;
        _dialInvoker = new HttpMessageInvoker(_dialHandler);
    }

    public bool CanHandle(Multiaddr address) => TryGetUri(address, out _);

    public async Task<ITransportListener> ListenAsync(Multiaddr address, Func<RawConnection, Task> onConnection, CancellationToken cancellationToken)
    {
        if (!SocketAddresses.TryGetListenEndPoint(address, out IPEndPoint? endPoint)
            || !TryGetUri(address, out Uri? uri) || uri.Scheme != Uri.UriSchemeWs)
        {
            throw new TransportException($"Cannot listen on {address}: a WebSocket listener is /ip4|ip6/<address>/tcp/<port>/ws.");
        }

        var webSockets = new WebSocketMiddleware(
            context => ServeAsync(context, onConnection),
            Options.Create(new WebSocketOptions { KeepAliveInterval = KeepAliveInterval, KeepAliveTimeout = KeepAliveTimeout }),
            _loggerFactory);
        return await KestrelListener.StartAsync(
            endPoint,
            listen => listen.Protocols = HttpProtocols.Http1,
            webSockets.Invoke,
            bound => SocketAddresses.ToMultiaddr(bound).Append(WebSocketSuffix),
            _sockets,
            _loggerFactory,
            cancellationToken).ConfigureAwait(false);
    }

    public async Task<RawConnection> DialAsync(Multiaddr address, CancellationToken cancellationToken)
    {
        if (!TryGetUri(address, out Uri? uri))
        {
            throw new TransportException($"{address} is no WebSocket address.");
        }

        var webSocket = new ClientWebSocket();
        webSocket.Options.KeepAliveInterval = KeepAliveInterval;
        webSocket.Options.KeepAliveTimeout = KeepAliveTimeout;
        try
        {
            await webSocket.ConnectAsync(uri, _dialInvoker, cancellationToken).ConfigureAwait(false);
        }
        catch (WebSocketException exception)
        {
            webSocket.Dispose();
            // It may quote headers of the answer.
            throw new TransportException(
                $"Cannot reach {address}: {VisibleText.Of(exception.InnerException?.Message ?? exception.Message)}", exception);
        }
        catch (OperationCanceledException)
        {
            webSocket.Dispose();
            throw;
        }

        return new WebSocketConnection(webSocket, localAddress: address.WithoutPeerId(), remoteAddress: address.WithoutPeerId(), remoteIp: null);
    }

    public void Dispose()
    {
        _dialInvoker.Dispose();
        _dialHandler.Dispose();
    }

    private static async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(context.DnsEndPoint, cancellationToken).ConfigureAwait(false);
            SocketBinding.Prepare(socket);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static async Task ServeAsync(HttpContext context, Func<RawConnection, Task> onConnection)
    {
        if (!context.WebSockets.IsWebSocketRequest)
        {
            context.Response.StatusCode = StatusCodes.Status426UpgradeRequired;
            context.Response.Headers.Upgrade = "websocket";
            context.Response.Headers.Connection = "close";
            await context.Response.WriteAsync("This is a libp2p WebSocket address.\n", context.RequestAborted).ConfigureAwait(false);
            return;
        }

        ConnectionScope? scope = context.Features.Get<ConnectionScope>();
        scope?.MarkSpeaking();
        WebSocket webSocket = await context.WebSockets.AcceptWebSocketAsync().ConfigureAwait(false);
        ConnectionInfo ends = context.Connection;
        var connection = new WebSocketConnection(
            webSocket,
            SocketAddresses.ToMultiaddr(new IPEndPoint(ends.LocalIpAddress!, ends.LocalPort)).Append(WebSocketSuffix),
            SocketAddresses.ToMultiaddr(new IPEndPoint(ends.RemoteIpAddress!, ends.RemotePort)).Append(WebSocketSuffix),
            SocketAddresses.Unmap(ends.RemoteIpAddress!),
            cut: context.Abort)
        {
            Scope = scope,
        };
        await using (connection.ConfigureAwait(false))
        {
            await onConnection(connection).ConfigureAwait(false);
        }
    }

    private static bool TryGetUri(Multiaddr address, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out Uri? uri)
    {
        uri = null;
        if (!SocketAddresses.TrySplit(address, out string host, out int port, out IReadOnlyList<MultiaddrComponent>? rest))
        {
            return false;
        }

        string[] names = [.. rest.Select(part => part.Name)];
        bool secure = names is ["wss"] or ["tls", "ws"] or ["tls", "sni", "ws"];
        if (!secure && names is not ["ws"])
        {
            return false;
        }

        string name = rest.FirstOrDefault(part => part.Name == "sni")?.Value ?? host;
        uri = new UriBuilder(secure ? Uri.UriSchemeWss : Uri.UriSchemeWs, name, port).Uri;
        return true;
    }
}
