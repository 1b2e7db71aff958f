using System.IO.Pipelines;
using Microsoft.Extensions.Logging;
using RendezvousCluster.Libp2p.Limits;
using RendezvousCluster.Libp2p.Multiformats;
using RendezvousCluster.Libp2p.Transports;
using RendezvousCluster.Libp2p.Wire;

namespace RendezvousCluster.Libp2p.Hosting.Upgrading;

/// <summary>
/// A transport of raw bytes on which peers reach this host: what it accepts is upgraded, then handed over.
///
/// Rules. Nothing that a remote does reaches the listener as an exception: a failed upgrade is a line in the log and a closed socket. A
/// connection speaks with its first byte, which stays where it is for the upgrade.
/// </summary>
internal sealed partial class UpgradedListeningTransport(
    IListeningRawTransport transport, ConnectionUpgrader upgrader, HostContext context)
    : UpgradedTransport(transport, upgrader, context), IListeningTransport
{
    private readonly IListeningRawTransport _transport = transport;
    private readonly ConnectionUpgrader _upgrader = upgrader;
    private readonly HostContext _context = context;
    private readonly ILogger _logger = context.LoggerFactory.CreateLogger<UpgradedListeningTransport>();

    public Task<ITransportListener> ListenAsync(
        Multiaddr address, Func<ICapableConnection, Task> onConnection, CancellationToken cancellationToken) =>
        _transport.ListenAsync(address, raw => ServeAsync(raw, onConnection), cancellationToken);

    public IDisposable Bind(Multiaddr address) => _transport.Bind(address);

    private async Task ServeAsync(RawConnection raw, Func<ICapableConnection, Task> onConnection)
    {
        ConnectionScope scope = raw.Scope ?? throw new InvalidOperationException("A connection came in beside the door.");
        UpgradedStreams upgraded;
        try
        {
            upgraded = await TimeLimit.RunAsync(
                _context.Limits.UpgradeTimeout,
                "The upgrade",
                _context.TimeProvider,
                token => UpgradeAsync(raw.Transport, scope, token),
                _context.Stopping).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            raw.Abort();
            scope.Account.Close();
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

        await onConnection(new UpgradedConnection(raw, upgraded, scope)).ConfigureAwait(false);
    }

    private async Task<UpgradedStreams> UpgradeAsync(IDuplexPipe transport, ConnectionScope scope, CancellationToken cancellationToken)
    {
        // Only that there is a byte: it stays where it is.
        ReadResult first = await transport.Input.ReadAsync(cancellationToken).ConfigureAwait(false);
        transport.Input.AdvanceTo(first.Buffer.Start);
        scope.MarkSpeaking();
        return await _upgrader.UpgradeInboundAsync(transport, scope.Account, cancellationToken).ConfigureAwait(false);
    }

    [LoggerMessage(1001, LogLevel.Debug, "A connection from {Address} was not upgraded: {Reason}")]
    private static partial void LogUpgradeFailed(ILogger logger, Multiaddr address, VisibleText reason);

    [LoggerMessage(1004, LogLevel.Error, "The upgrade of a connection from {Address} failed on this side.")]
    private static partial void LogUpgradeBroke(ILogger logger, Multiaddr address, Exception exception);
}
