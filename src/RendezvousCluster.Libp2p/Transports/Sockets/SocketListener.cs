using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using RendezvousCluster.Libp2p.Limits;
using RendezvousCluster.Libp2p.Logging;
using RendezvousCluster.Libp2p.Wire;

namespace RendezvousCluster.Libp2p.Transports.Sockets;

/// <summary>
/// Accepts connections and shows each to the door before a byte of it is read: what is refused is closed at once and costs no more than
/// that.
///
/// Rules. Nothing that happens to one connection ends the listener: one that is reset before it is accepted is passed over. Where the
/// system has no descriptor or memory left, the accept is tried again after a pause; the loop neither ends nor spins, and there is one line
/// a minute.
/// </summary>
/// <typeparam name="TConnection">What becomes of an accepted socket.</typeparam>
internal sealed partial class SocketListener<TConnection> : IDisposable
    where TConnection : class
{
    // While the system is out of descriptors: long enough to cost nothing, short enough that nobody notices when it is over.
    private static readonly TimeSpan AcceptPause = TimeSpan.FromMilliseconds(100);

    private readonly Socket _socket;
    private readonly Door _door;
    private readonly Func<Socket, ConnectionScope, TConnection> _create;
    private readonly Action<TConnection> _abort;
    private readonly TimeProvider _timeProvider;
    private readonly ILogger _logger;
    private readonly LogThrottle<Latest<string>> _acceptFails;

    /// <param name="socket">Bound and listening; this object owns it.</param>
    /// <param name="door">Counts each connection in, or refuses it.</param>
    /// <param name="create">Makes the connection of a socket; it owns both the socket and the place in the limits.</param>
    /// <param name="abort">Cuts a connection at once.</param>
    /// <param name="timeProvider">The clock.</param>
    /// <param name="logger">Where to log.</param>
    public SocketListener(
        Socket socket,
        Door door,
        Func<Socket, ConnectionScope, TConnection> create,
        Action<TConnection> abort,
        TimeProvider timeProvider,
        ILogger logger)
    {
        _socket = socket;
        _door = door;
        _create = create;
        _abort = abort;
        _timeProvider = timeProvider;
        _logger = logger;
        EndPoint = socket.LocalEndPoint!;
        _acceptFails = new LogThrottle<Latest<string>>(
            timeProvider, failures => LogAcceptFails(logger, EndPoint, failures.Last!));
    }

    public EndPoint EndPoint { get; }

    /// <summary>The next connection, or null once the listener is disposed.</summary>
    public async ValueTask<TConnection?> AcceptAsync(CancellationToken cancellationToken = default)
    {
        while (true)
        {
            Socket accepted;
            await _door.WhenOpenAsync(cancellationToken).ConfigureAwait(false);
            try
            {
                accepted = await _socket.AcceptAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (Exception exception)
                when (exception is ObjectDisposedException or SocketException { SocketErrorCode: SocketError.OperationAborted })
            {
                return null;
            }
            catch (SocketException exception)
                when (exception.SocketErrorCode is SocketError.ConnectionReset or SocketError.ConnectionAborted)
            {
                continue;
            }
            catch (SocketException exception)
            {
                _acceptFails.Add(exception.Message, Latest<string>.Add);
                await Task.Delay(AcceptPause, _timeProvider, cancellationToken).ConfigureAwait(false);
                continue;
            }

            if (Admit(accepted) is { } connection)
            {
                return connection;
            }
        }
    }

    /// <summary>Stops accepting.</summary>
    public void Dispose() => _socket.Dispose();

    private TConnection? Admit(Socket accepted)
    {
        ConnectionScope? scope = null;
        try
        {
            if (accepted.RemoteEndPoint is IPEndPoint remote && (scope = _door.Admit(remote.Address)) is not null)
            {
                TConnection connection = _create(accepted, scope);
                _door.Watch(scope, () => _abort(connection), () => ReceivedBytes.HasAny(accepted));
                return connection;
            }
        }
        catch (Exception exception)
        {
            // The peer has reset it meanwhile, as a rule. Any exception that leaves this method would end the accept loop for good.
            LogGone(_logger, exception.Message);
        }

        accepted.Dispose();
        scope?.Dispose();
        return null;
    }

    [LoggerMessage(
        1110,
        LogLevel.Warning,
        "Connections to {EndPoint} cannot be accepted: {Reason}. They are tried again all the time; there is one line a minute.")]
    private static partial void LogAcceptFails(ILogger logger, EndPoint endPoint, VisibleText reason);

    [LoggerMessage(1111, LogLevel.Debug, "A connection was gone before it was served: {Reason}")]
    private static partial void LogGone(ILogger logger, VisibleText reason);
}
