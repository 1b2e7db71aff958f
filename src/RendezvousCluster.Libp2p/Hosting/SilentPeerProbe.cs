using Microsoft.Extensions.Logging;
using RendezvousCluster.Libp2p.Limits;
using RendezvousCluster.Libp2p.Muxing;
using RendezvousCluster.Libp2p.Protocols;
using RendezvousCluster.Libp2p.Protocols.Ping;
using RendezvousCluster.Libp2p.Wire;

namespace RendezvousCluster.Libp2p.Hosting;

/// <summary>
/// Ends a connection whose peer is gone without a word. Yamux asks its remote itself; mplex cannot, and a transport that multiplexes itself
/// may or may not (<see cref="IMuxedConnection.AsksSilentRemotes"/>). Where nothing else does, a peer that has been silent is asked over a
/// stream, with libp2p's ping. Any answer will do (see <see cref="SilenceWatch"/>): a peer without ping refuses the stream, and lives.
/// </summary>
internal sealed partial class SilentPeerProbe : IDisposable
{
    private readonly IPeerConnection _connection;
    private readonly IMuxedConnection _streams;
    private readonly PingClient _ping;
    private readonly SilenceWatch _watch;
    private readonly ILogger _logger;
    private readonly ITimer _timer;

    private SilentPeerProbe(
        IPeerConnection connection, IMuxedConnection streams, Libp2pLimits limits, TimeProvider timeProvider, ILogger logger)
    {
        _connection = connection;
        _streams = streams;
        _logger = logger;
        _ping = new PingClient(limits, timeProvider);
        _watch = new SilenceWatch(limits.KeepAliveInterval, limits.KeepAliveTimeout);
        _timer = timeProvider.CreateTimer(
            static state => ((SilentPeerProbe)state!).OnTimer(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _timer.Change(limits.KeepAliveInterval, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Watches a connection until it is disposed; null where the connection does so itself, or nobody shall.</summary>
    public static SilentPeerProbe? Start(
        IPeerConnection connection, IMuxedConnection streams, Libp2pLimits limits, TimeProvider timeProvider, ILogger logger) =>
        limits.KeepAliveInterval > TimeSpan.Zero && !streams.AsksSilentRemotes
            ? new SilentPeerProbe(connection, streams, limits, timeProvider, logger)
            : null;

    public void Dispose() => _timer.Dispose();

    private void OnTimer()
    {
        SilenceAction action = _watch.OnTimer(_streams.TakeWasHeard(), out TimeSpan next);
        if (action == SilenceAction.GiveUp)
        {
            _streams.Abort(ConnectionEndReason.KeepAliveTimeout);
            return;
        }

        _timer.Change(next, Timeout.InfiniteTimeSpan);
        if (action == SilenceAction.Ask)
        {
            _ = AskAsync();
        }
    }

    private async Task AskAsync()
    {
        try
        {
            await _ping.PingAsync(_connection, _connection.Closed).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is Libp2pException or OperationCanceledException)
        {
            // Whether the peer lives is decided by what came, not by what became of the ping.
            LogNoPing(_logger, exception.Message);
        }
    }

    [LoggerMessage(1033, LogLevel.Trace, "A silent peer answered no ping: {Reason}")]
    private static partial void LogNoPing(ILogger logger, VisibleText reason);
}
