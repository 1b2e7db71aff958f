using System.Collections.Concurrent;
using System.Net;
using Microsoft.Extensions.Logging;
using RendezvousCluster.Libp2p.Multiformats;
using RendezvousCluster.Libp2p.Transports.Sockets;

namespace RendezvousCluster.Libp2p.Transports.Tcp;

/// <summary>
/// A bound TCP address, for a peer that is dialled now and then; a server listens on Kestrel.
///
/// Rules. Each accepted connection is served by a task of its own, and disposed when that ends. Disposing the listener stops accepting,
/// waits for the connections that the host is closing, and cuts those that take longer than <see cref="CloseTimeout"/>.
/// </summary>
internal sealed partial class TcpListener : ITransportListener
{
    /// <summary>How long connections may take to end when the listener is disposed.</summary>
    public static readonly TimeSpan CloseTimeout = TimeSpan.FromSeconds(3);

    private readonly SocketListener<TcpConnection> _sockets;
    private readonly Func<RawConnection, Task> _onConnection;
    private readonly ILogger _logger;
    private readonly ConcurrentDictionary<TcpConnection, Task> _serving = [];
    private readonly Task _accepting;

    public TcpListener(SocketListener<TcpConnection> sockets, Func<RawConnection, Task> onConnection, ILogger logger)
    {
        _sockets = sockets;
        _onConnection = onConnection;
        _logger = logger;
        Addresses =
        [
            .. SocketAddresses.Expand((IPEndPoint)sockets.EndPoint)
                .Select(bound => SocketAddresses.ToMultiaddr(bound, SocketBinding.Protocol)),
        ];
        _accepting = AcceptAsync();
    }

    public IReadOnlyList<Multiaddr> Addresses { get; }

    public async ValueTask DisposeAsync()
    {
        _sockets.Dispose();
        await _accepting.ConfigureAwait(false);
        Task served = Task.WhenAll(_serving.Values);
        try
        {
            await served.WaitAsync(CloseTimeout).ConfigureAwait(false);
        }
        catch (TimeoutException) when (!served.IsCompleted)
        {
            foreach (TcpConnection connection in _serving.Keys)
            {
                connection.Abort();
            }
        }
    }

    private async Task AcceptAsync()
    {
        while (await _sockets.AcceptAsync().ConfigureAwait(false) is { } connection)
        {
            var begin = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _serving.TryAdd(connection, ServeAsync(connection, begin.Task));
            begin.SetResult();
        }
    }

    // Begins when the connection is in the table, so that its end finds it there.
    private async Task ServeAsync(TcpConnection connection, Task begin)
    {
        await begin.ConfigureAwait(false);
        try
        {
            await using (connection.ConfigureAwait(false))
            {
                await _onConnection(connection).ConfigureAwait(false);
            }
        }
        catch (Exception exception)
        {
            LogServingFailed(_logger, connection.RemoteAddress, exception);
        }
        finally
        {
            _serving.TryRemove(connection, out _);
        }
    }

    [LoggerMessage(1112, LogLevel.Error, "The connection of {Address} was not served to its end.")]
    private static partial void LogServingFailed(ILogger logger, Multiaddr address, Exception exception);
}
