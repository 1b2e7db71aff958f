using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging;
using RendezvousCluster.Libp2p.Limits;

namespace RendezvousCluster.Libp2p.Transports.Sockets;

/// <summary>
/// What Kestrel listens with, in place of its own sockets: every connection comes through a <see cref="Door"/>. Dialled sockets become the
/// same kind of connection.
/// </summary>
internal sealed class SocketListenerFactory(Door door, TimeSpan closeTimeout, TimeProvider timeProvider, ILoggerFactory loggerFactory)
    : IConnectionListenerFactory, IDisposable
{
    private readonly ILogger _logger = loggerFactory.CreateLogger<SocketListener>();
    private readonly SocketConnectionContextFactory _connections = new(
        new SocketConnectionFactoryOptions 
        {
            MaxReadBufferSize = TransportBuffers.MaxReadAheadBytes, MaxWriteBufferSize = TransportBuffers.MaxWriteBehindBytes,
        },
        loggerFactory.CreateLogger<SocketListener>());

    /// <exception cref="AddressInUseException">Somebody listens there.</exception>
    /// <exception cref="SocketException">The endpoint cannot be bound for another reason.</exception>
    public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default)
    {
        try
        {
            Socket socket = SocketBinding.Listen((IPEndPoint)endpoint);
            return ValueTask.FromResult<IConnectionListener>(new SocketListener(socket, door, Create, timeProvider, _logger));
        }
        catch (SocketException exception) when (exception.SocketErrorCode == SocketError.AddressAlreadyInUse)
        {
            throw new AddressInUseException(exception.Message, exception);
        }
    }

    /// <summary>The connection of a socket.</summary>
    /// <param name="socket">The socket, which the connection owns.</param>
    /// <param name="scope">What it holds of the limits until it is closed; null for a dialled one, whose place the dialler keeps.</param>
    public HostConnection Create(Socket socket, ConnectionScope? scope)
    {
        SocketBinding.Prepare(socket);
        return new HostConnection(_connections.Create(socket), scope, closeTimeout, timeProvider);
    }

    public void Dispose() => _connections.Dispose();
}
