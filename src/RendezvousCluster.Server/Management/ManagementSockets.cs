using Microsoft.Extensions.Logging.Abstractions;
using RendezvousCluster.Libp2p.Kestrel;
using RendezvousCluster.Libp2p.Limits;

namespace RendezvousCluster.Server.Management;

/// <summary>
/// The sockets of the management endpoint, behind a door like those of peers, so that no neighbour can keep an orchestrator or Prometheus
/// out, or take the process's descriptors.
///
/// Rules. A connection is for one request and closed after it. It never counts as settled: at the bound the oldest that has not sent a
/// whole request makes place for a newcomer, and all that a connection may take is a fixed time.
/// </summary>
internal sealed partial class ManagementSockets : IDisposable
{
    /// <summary>Connections at once. An orchestrator, a supervisor and Prometheus use three or four.</summary>
    public const int MaxConnections = 32;

    private static readonly TimeSpan LineInterval = TimeSpan.FromMinutes(1);

    private readonly ILogger _logger;
    private readonly Lock _lock = new();
    private int _refused;
    private long? _toldAt;

    public ManagementSockets(ILogger logger)
    {
        _logger = logger;
        var limits = new Libp2pLimits
        {
            MaxConnections = MaxConnections,
            MaxConnectionsPerIp = MaxConnections,
            MaxConnectionsPerSubnet = MaxConnections,
            MaxPendingHandshakes = MaxConnections,
            MaxPendingHandshakesPerIp = MaxConnections,
            MaxPendingHandshakesPerSubnet = MaxConnections,
            FirstByteTimeout = TimeSpan.FromSeconds(5),
            UpgradeTimeout = TimeSpan.FromSeconds(30),
        };
        Limiter = new ConnectionLimiter(limits);
        var door = new Door(Limiter, OnRefused, limits, TimeProvider.System, anyByteSpeaks: false);
        Factory = new SocketListenerFactory(door, limits.WriteTimeout, TimeProvider.System, NullLoggerFactory.Instance);
    }

    /// <summary>Counts the connections.</summary>
    public ConnectionLimiter Limiter { get; }

    /// <summary>What Kestrel listens with.</summary>
    public SocketListenerFactory Factory { get; }

    /// <summary>The first step of every request.</summary>
    public static Task ServeOneRequest(HttpContext context, RequestDelegate next)
    {
        context.Features.Get<ConnectionScope>()?.MarkSpeaking();
        context.Response.Headers.Connection = "close";
        return next(context);
    }

    public void Dispose() => Factory.Dispose();

    private void OnRefused(ConnectionLimit limit, ConnectionSource source)
    {
        if (limit == ConnectionLimit.FirstByteTimeout)
        {
            return; // someone who only looked whether the port is open
        }

        lock (_lock)
        {
            _refused++;
            long now = TimeProvider.System.GetTimestamp();
            if (_toldAt is { } last && TimeProvider.System.GetElapsedTime(last, now) < LineInterval)
            {
                return;
            }

            LogRefused(_logger, _refused, MaxConnections, source.ToString(isSubnet: false));
            _toldAt = now;
            _refused = 0;
        }
    }

    [LoggerMessage(
        3104,
        LogLevel.Warning,
        "The management endpoint closed {Count} connections since the last such line, at its bound of {Bound}, the last one from "
        + "{Source}.")]
    private static partial void LogRefused(ILogger logger, int count, int bound, string source);
}
