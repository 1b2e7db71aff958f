using System.IO.Pipelines;
using RendezvousCluster.Libp2p.Identity;
using RendezvousCluster.Libp2p.Limits;
using RendezvousCluster.Libp2p.Muxing;
using RendezvousCluster.Libp2p.Transports;

namespace RendezvousCluster.Libp2p.Hosting;

/// <summary>The life of a connection in the host: from a socket that came in, or the end of a dial, to its end.</summary>
public sealed partial class Libp2pHost
{
    private async Task ServeInboundAsync(RawConnection raw)
    {
        ConnectionScope scope = raw.Scope ?? throw new InvalidOperationException("A connection came in beside the door.");
        PeerConnection connection;
        ByteAccount account = OpenAccount(raw);
        account.Add(TransportBuffers.PendingUpgradeBytes);
        try
        {
            UpgradedConnection upgraded = await BoundedAsync(
                _options.Limits.UpgradeTimeout,
                "The upgrade",
                token => UpgradeInboundAsync(raw.Transport, scope, account, token),
                _stopping.Token).ConfigureAwait(false);
            connection = Adopt(raw, upgraded, scope, isOutbound: false);
        }
        catch (Exception exception)
        {
            raw.Abort();
            account.Close();
            if (exception is Libp2pException or TimeoutException or OperationCanceledException)
            {
                LogUpgradeFailed(_logger, raw.RemoteAddress, exception.Message);
            }
            else
            {
                LogUpgradeBroke(_logger, raw.RemoteAddress, exception);
            }

            return;
        }
        finally
        {
            account.Add(-TransportBuffers.PendingUpgradeBytes);
        }

        await RunAsync(connection, raw, scope).ConfigureAwait(false);
    }

    /// <exception cref="TransportException">The peer has all the connections it may have, or the host is stopping.</exception>
    private PeerConnection Adopt(RawConnection raw, UpgradedConnection upgraded, ConnectionScope scope, bool isOutbound)
    {
        PeerId peer = upgraded.RemotePublicKey.PeerId;
        if (!scope.TryBindPeer(peer))
        {
            if (scope.IsCut)
            {
                upgraded.Streams.Abort(ConnectionEndReason.LimitReached);
                throw new TransportException("The handshake ended after its place was taken by another one.");
            }

            _limitWarnings.Refused(ConnectionLimit.ConnectionsPerPeer, scope.Source);
            LogConnectionRefused(_logger, raw.RemoteAddress, ConnectionLimit.ConnectionsPerPeer);
            upgraded.Streams.Abort(ConnectionEndReason.LimitReached);
            // Gives back what came before the refusal. Nobody waits for it: it ends by itself.
            _ = upgraded.Streams.DisposeAsync().AsTask();
            throw new TransportException($"{peer} has {_options.Limits.MaxConnectionsPerPeer} connections already.");
        }

        var connection = new PeerConnection(upgraded, raw.RemoteAddress, isOutbound, _handlers, _options.Limits, _timeProvider, _logger);
        _connections.TryAdd(connection, raw);
        Libp2pMetrics.ConnectionOpened(isOutbound);
        if (_stopping.IsCancellationRequested)
        {
            // StopAsync may have walked the connections before this one was among them.
            connection.Abort(ConnectionEndReason.HostStopping);
        }

        return connection;
    }

    private async Task<UpgradedConnection> UpgradeInboundAsync(
        IDuplexPipe transport, ConnectionScope scope, ByteAccount account, CancellationToken cancellationToken)
    {
        // Only that there is a byte: it stays where it is.
        ReadResult first = await transport.Input.ReadAsync(cancellationToken).ConfigureAwait(false);
        transport.Input.AdvanceTo(first.Buffer.Start);
        scope.MarkSpeaking();
        return await _upgrader.UpgradeInboundAsync(transport, account, cancellationToken).ConfigureAwait(false);
    }

    private async Task RunAsync(PeerConnection connection, RawConnection raw, ConnectionScope scope)
    {
        try
        {
            ConnectionEndReason reason = await connection.RunAsync().ConfigureAwait(false);
            _connections.TryRemove(connection, out _);
            connection.Account.Close();
            Libp2pMetrics.ConnectionEnded(connection.IsOutbound);
            _cuts.Ended(reason, connection.RemotePeer, raw.RemoteAddress);
            LogConnectionEnded(_logger, connection.RemotePeer, raw.RemoteAddress, reason);
        }
        finally
        {
            await raw.DisposeAsync().ConfigureAwait(false);
            if (scope.IsOutbound)
            {
                scope.Dispose();
            }
        }
    }

    private ByteAccount OpenAccount(RawConnection raw) => _budget.Open(_ => EndBiggest(raw));

    private void EndBiggest(RawConnection raw)
    {
        if (_connections.FirstOrDefault(pair => pair.Value == raw).Key is { } connection)
        {
            connection.Abort(ConnectionEndReason.HeldBytesExceeded);
            return;
        }

        _cuts.Ended(ConnectionEndReason.HeldBytesExceeded, peer: null, raw.RemoteAddress);
        raw.Abort();
    }

    private async Task CloseAsync(PeerConnection connection, CancellationToken cancellationToken)
    {
        try
        {
            await connection.CloseAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is OperationCanceledException or Libp2pException)
        {
            LogCloseFailed(_logger, connection.RemotePeer, exception.Message);
        }

        connection.Abort(ConnectionEndReason.HostStopping);
        await connection.Ended.ConfigureAwait(false);
    }
}
