using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using RendezvousCluster.Libp2p.Identity;
using RendezvousCluster.Libp2p.Limits;
using RendezvousCluster.Libp2p.Multiformats;
using RendezvousCluster.Libp2p.Muxing;
using RendezvousCluster.Libp2p.Protocols;
using RendezvousCluster.Libp2p.Transports;
using RendezvousCluster.Libp2p.Wire;

namespace RendezvousCluster.Libp2p.Hosting;

/// <summary>
/// The connections of a host, from the moment at which a transport hands one over to its end.
///
/// Rules. A connection that is handed over has a place in the limits and can be cut; the host takes nothing else. It then takes a place of
/// its peer, or is closed. It is in the table until it has ended, in one way or another, and then disposed. A connection that makes the
/// host hold too much is found by its scope, in the table or still at its transport, and ended.
/// </summary>
internal sealed partial class HostConnections(
    StreamHandlerTable handlers,
    Libp2pLimits limits,
    LimitWarnings limitWarnings,
    AccessGate access,
    TimeProvider timeProvider,
    ILogger logger,
    CancellationToken stopping)
{
    private readonly ByteBudget _budget = new(limits);
    private readonly CutWarnings _cuts = new(limits, timeProvider, logger);
    private readonly ConcurrentDictionary<ConnectionScope, PeerConnection> _connections = [];

    /// <summary>Those that are open now.</summary>
    public IReadOnlyCollection<IPeerConnection> Open => [.. _connections.Values];

    /// <summary>What the host holds for all its peers now, in bytes.</summary>
    public long HeldBytes => _budget.HeldBytes;

    /// <summary>Opens the account of a connection that has just taken its place in the limits.</summary>
    public ByteAccount OpenAccount(ConnectionScope scope) => _budget.Open(_ => EndBiggest(scope));

    /// <summary>Serves a connection that a transport accepted, until it ends.</summary>
    public async Task ServeAsync(ICapableConnection connection)
    {
        PeerConnection peer;
        try
        {
            peer = Adopt(connection);
        }
        catch (TransportException exception)
        {
            LogNotTaken(logger, connection.RemoteAddress, exception.Message);
            await GiveUpAsync(connection).ConfigureAwait(false);
            return;
        }

        await RunAsync(peer, connection).ConfigureAwait(false);
    }

    /// <summary>Takes a connection that a transport dialled, and serves it from here on; the caller owns one that is refused.</summary>
    /// <exception cref="TransportException">The peer has all the connections it may have, or the host is stopping.</exception>
    public IPeerConnection Start(ICapableConnection connection)
    {
        PeerConnection peer = Adopt(connection);
        _ = RunAsync(peer, connection);
        return peer;
    }

    /// <summary>Ends a connection that is not taken.</summary>
    public static async Task GiveUpAsync(ICapableConnection connection)
    {
        connection.Streams.Abort(ConnectionEndReason.LimitReached);
        connection.Scope.Cut();

        // Gives back what came before the refusal.
        await connection.Streams.DisposeAsync().ConfigureAwait(false);
        await connection.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>Says goodbye on every connection, and cuts those still open when the token is cancelled.</summary>
    public Task CloseAllAsync(CancellationToken cancellationToken) =>
        Task.WhenAll(_connections.Values.Select(connection => CloseAsync(connection, cancellationToken)));

    /// <summary>Ends those that the access list does not serve; answers how many.</summary>
    public int EndDenied()
    {
        int ended = 0;
        foreach ((ConnectionScope scope, PeerConnection connection) in _connections)
        {
            if (!access.Serves(scope, connection.RemotePeer))
            {
                connection.Abort(ConnectionEndReason.AccessDenied);
                ended++;
            }
        }

        return ended;
    }

    private PeerConnection Adopt(ICapableConnection connection)
    {
        ConnectionScope scope = connection.Scope;
        if (!scope.IsWatched)
        {
            throw new InvalidOperationException("The transport did not say how the connection is cut: Door.Watch was not called.");
        }

        PeerId peer = connection.RemotePublicKey.PeerId;
        if (!access.Admits(scope, peer))
        {
            throw new TransportException($"{peer} is not served here.");
        }

        if (!scope.TryBindPeer(peer))
        {
            if (scope.IsCut)
            {
                throw new TransportException("The handshake ended after its place was taken by another one.");
            }

            limitWarnings.Refused(ConnectionLimit.ConnectionsPerPeer, scope.Source);
            LogRefused(logger, connection.RemoteAddress, ConnectionLimit.ConnectionsPerPeer);
            throw new TransportException($"{peer} has {limits.MaxConnectionsPerPeer} connections already.");
        }

        var adopted = new PeerConnection(connection, handlers, limits, timeProvider, logger);
        if (!_connections.TryAdd(scope, adopted))
        {
            throw new InvalidOperationException("The transport handed a second connection over for one place in the limits.");
        }

        Libp2pMetrics.ConnectionOpened(scope.IsOutbound);
        if (!access.Serves(scope, peer))
        {
            // The list changed meanwhile, and the connections were walked before this one was among them.
            adopted.Abort(ConnectionEndReason.AccessDenied);
        }

        if (stopping.IsCancellationRequested)
        {
            // StopAsync may have walked the connections before this one was among them.
            adopted.Abort(ConnectionEndReason.HostStopping);
        }

        return adopted;
    }

    private async Task RunAsync(PeerConnection peer, ICapableConnection connection)
    {
        ConnectionScope scope = connection.Scope;
        try
        {
            ConnectionEndReason reason = await peer.RunAsync().ConfigureAwait(false);
            _connections.TryRemove(scope, out _);
            scope.Account.Close();
            Libp2pMetrics.ConnectionEnded(scope.IsOutbound);
            _cuts.Ended(reason, peer.RemotePeer, peer.RemoteAddress);
            LogEnded(logger, peer.RemotePeer, peer.RemoteAddress, reason);
        }
        finally
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            if (scope.IsOutbound)
            {
                scope.Dispose();
            }
        }
    }

    private void EndBiggest(ConnectionScope scope)
    {
        if (_connections.TryGetValue(scope, out PeerConnection? connection))
        {
            connection.Abort(ConnectionEndReason.HeldBytesExceeded);
            return;
        }

        _cuts.EndedPending(scope.Source);
        scope.PutOut();
    }

    private async Task CloseAsync(PeerConnection connection, CancellationToken cancellationToken)
    {
        try
        {
            await connection.CloseAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is OperationCanceledException or Libp2pException)
        {
            LogCloseFailed(logger, connection.RemotePeer, exception.Message);
        }

        connection.Abort(ConnectionEndReason.HostStopping);
        await connection.Ended.ConfigureAwait(false);
    }

    [LoggerMessage(1000, LogLevel.Debug, "A connection from {Address} was refused: the limit {Limit} is reached.")]
    private static partial void LogRefused(ILogger logger, Multiaddr address, ConnectionLimit limit);

    [LoggerMessage(1002, LogLevel.Debug, "The connection of {Peer} at {Address} ended: {Reason}.")]
    private static partial void LogEnded(ILogger logger, PeerId peer, Multiaddr address, ConnectionEndReason reason);

    [LoggerMessage(1003, LogLevel.Debug, "The goodbye to {Peer} was cut short: {Reason}")]
    private static partial void LogCloseFailed(ILogger logger, PeerId peer, VisibleText reason);

    [LoggerMessage(1005, LogLevel.Debug, "A connection from {Address} was closed after its handshake: {Reason}")]
    private static partial void LogNotTaken(ILogger logger, Multiaddr address, VisibleText reason);
}
