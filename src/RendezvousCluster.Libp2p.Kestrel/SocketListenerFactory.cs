using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging;
using RendezvousCluster.Libp2p.Limits;
using RendezvousCluster.Libp2p.Transports.Sockets;

namespace RendezvousCluster.Libp2p.Kestrel;

/// <summary>What Kestrel listens with, in place of its own sockets: every connection comes through a <see cref="Door"/>.</summary>
internal sealed class SocketListenerFactory(Door door, TimeSpan closeTimeout, TimeProvider timeProvider, ILoggerFactory loggerFactory)
    : IConnectionListenerFactory, IDisposable
{
    private readonly ILogger _logger = loggerFactory.CreateLogger<SocketListener<HostConnection>>();
    private readonly SocketConnectionContextFactory _connections = new(
        new SocketConnectionFactoryOptions
        {
            MaxReadBufferSize = TransportBuffers.MaxReadAheadBytes,
            MaxWriteBufferSize = TransportBuffers.MaxWriteBehindBytes,
        },
        loggerFactory.CreateLogger<SocketListener<HostConnection>>());

    /// <exception cref="AddressInUseException">Somebody listens there.</exception>
    /// <exception cref="SocketException">The endpoint cannot be bound for another reason.</exception>
    public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default)
    {
        try
        {
            var sockets = new SocketListener<HostConnection>(
                SocketBinding.Listen((IPEndPoint)endpoint), door, Create, connection => connection.Abort(), timeProvider, _logger);
            return ValueTask.FromResult<IConnectionListener>(new ConnectionListener(sockets));
        }
        catch (SocketException exception) when (exception.SocketErrorCode == SocketError.AddressAlreadyInUse)
        {
            throw new AddressInUseException(exception.Message, exception);
        }
    }

    public void Dispose() => _connections.Dispose();

    private HostConnection Create(Socket socket, ConnectionScope scope)
    {
        SocketBinding.Prepare(socket);
        return new HostConnection(_connections.Create(socket), scope, closeTimeout, timeProvider);
    }

    /// <summary>The listener as Kestrel asks for it.</summary>
    private sealed class ConnectionListener(SocketListener<HostConnection> sockets) : IConnectionListener
    {
        public EndPoint EndPoint => sockets.EndPoint;

        public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default) =>
            await sockets.AcceptAsync(cancellationToken).ConfigureAwait(false);

        public ValueTask UnbindAsync(CancellationToken cancellationToken = default)
        {
            sockets.Dispose();
            return ValueTask.CompletedTask;
        }

        public ValueTask DisposeAsync() => UnbindAsync();
    }
}
