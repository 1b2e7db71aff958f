using System.Net;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using RendezvousCluster.Libp2p.Limits;
using RendezvousCluster.Libp2p.Multiformats;
using RendezvousCluster.Libp2p.Transports;

namespace RendezvousCluster.Libp2p.Kestrel;

// Request path, step 1: accept a connection.
/// <summary>
/// One Kestrel server bound to one endpoint: its tuned accept loop, pooled pipelines and graceful stop serve raw TCP and HTTP alike.
/// A server per listen address keeps them independent: one that cannot be bound leaves the others alone.
/// </summary>
internal sealed class KestrelListener : ITransportListener
{
    // How long HTTP may wait for a request. The door cuts sooner, also when bytes trickle in; this is for connections that it lets be.
    private static readonly TimeSpan RequestTimeout = TimeSpan.FromSeconds(5);

    private readonly KestrelServer _server;

    private KestrelListener(KestrelServer server, IReadOnlyList<Multiaddr> addresses)
    {
        _server = server;
        Addresses = addresses;
    }

    public IReadOnlyList<Multiaddr> Addresses { get; }

    /// <summary>Binds and starts accepting.</summary>
    /// <param name="endPoint">Where to bind; port 0 lets the system choose.</param>
    /// <param name="configure">Says what serves a connection.</param>
    /// <param name="application">What serves HTTP requests, where <paramref name="configure"/> left HTTP in place.</param>
    /// <param name="toAddress">Turns the endpoint really bound into the transport's multiaddr.</param>
    /// <param name="sockets">What listens and accepts.</param>
    /// <param name="loggerFactory">Kestrel's own log.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <exception cref="TransportException">The endpoint cannot be bound.</exception>
    public static async Task<KestrelListener> StartAsync(
        IPEndPoint endPoint,
        Action<ListenOptions> configure,
        RequestDelegate application,
        Func<IPEndPoint, Multiaddr> toAddress,
        SocketListenerFactory sockets,
        ILoggerFactory loggerFactory,
        CancellationToken cancellationToken)
    {
        ListenOptions? bound = null;
        var options = new KestrelServerOptions { AddServerHeader = false };
        options.Limits.MaxRequestHeadersTotalSize = 8 * 1024;
        options.Limits.MaxRequestBufferSize = TransportBuffers.MaxReadAheadBytes;
        options.Limits.MaxRequestBodySize = 0;
        options.Limits.RequestHeadersTimeout = RequestTimeout;
        options.Limits.KeepAliveTimeout = RequestTimeout;
        options.Listen(endPoint, listen =>
        {
            bound = listen;
            configure(listen);
        });
        var server = new KestrelServer(Options.Create(options), sockets, loggerFactory);
        try
        {
            await server.StartAsync(new RequestApplication(application), cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is IOException or System.Net.Sockets.SocketException or InvalidOperationException)
        {
            server.Dispose();
            throw new TransportException($"Cannot listen on {toAddress(endPoint)}: {Reason(exception)}", exception);
        }

        return new KestrelListener(server, SocketAddresses.Expand(bound!.IPEndPoint!).Select(toAddress).ToArray());
    }

    /// <summary>
    /// Stops accepting, waits for the connections that the host is closing, and cuts those that take longer than the timeout.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(3));
        await _server.StopAsync(timeout.Token).ConfigureAwait(false);
        _server.Dispose();
    }

    private static string Reason(Exception exception) => exception.InnerException is { } inner ? Reason(inner) : exception.Message;

    private sealed class RequestApplication(RequestDelegate application) : IHttpApplication<HttpContext>
    {
        public HttpContext CreateContext(IFeatureCollection contextFeatures) => new DefaultHttpContext(contextFeatures);

        public Task ProcessRequestAsync(HttpContext context) => application(context);

        public void DisposeContext(HttpContext context, Exception? exception)
        {
        }
    }
}
