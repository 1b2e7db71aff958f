using System.Diagnostics.CodeAnalysis;
using System.Net.Sockets;
using System.Net.WebSockets;
using RendezvousCluster.Libp2p.Multiformats;
using RendezvousCluster.Libp2p.Transports.Sockets;
using RendezvousCluster.Libp2p.Wire;

namespace RendezvousCluster.Libp2p.Transports.WebSockets;

/// <summary>
/// <c>/ip4/…/tcp/…/ws</c>, <c>/tls/ws</c> and <c>/wss</c>, dialled: binary WebSocket messages as one byte stream; where a message ends
/// means nothing. Compression stays off: the bytes are encrypted, and inflating strangers' input is a risk.
/// </summary>
internal class WebSocketTransport : IRawTransport, IDisposable
{
    /// <summary>What stands behind the socket's address.</summary>
    protected static readonly Multiaddr Suffix = Multiaddr.Parse("/ws");

    /// <summary>Between two of WebSocket's own pings.</summary>
    protected static readonly TimeSpan KeepAliveInterval = TimeSpan.FromSeconds(30);

    /// <summary>How long the answer to one may take.</summary>
    protected static readonly TimeSpan KeepAliveTimeout = TimeSpan.FromSeconds(20);

    private readonly SocketsHttpHandler _dialHandler = new() { ConnectCallback = ConnectAsync };
    private readonly HttpMessageInvoker _dialInvoker;

    public WebSocketTransport() => _dialInvoker = new HttpMessageInvoker(_dialHandler);

    public bool CanHandle(Multiaddr address) => TryGetUri(address, out _);

    public async Task<RawConnection> DialAsync(Multiaddr address, CancellationToken cancellationToken)
    {
        if (!TryGetUri(address, out Uri? uri))
        {
            throw new TransportException($"{address} is not a WebSocket address.");
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

        Multiaddr reached = address.WithoutPeerId();
        return new WebSocketConnection(webSocket, localAddress: reached, remoteAddress: reached, remoteIp: null);
    }

    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>The URI of an address of this form.</summary>
    protected static bool TryGetUri(Multiaddr address, [NotNullWhen(true)] out Uri? uri)
    {
        uri = null;
        if (!SocketAddresses.TrySplit(
            address, SocketBinding.Protocol, out string host, out int port, out IReadOnlyList<MultiaddrComponent>? rest))
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

    /// <summary>Frees what dialling holds.</summary>
    protected virtual void Dispose(bool disposing)
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
}
