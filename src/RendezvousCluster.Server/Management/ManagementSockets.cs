using Microsoft.Extensions.Logging.Abstractions;
using RendezvousCluster.Libp2p.Kestrel;
using RendezvousCluster.Libp2p.Limits;
using RendezvousCluster.Libp2p.Logging;

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

    private readonly LogThrottle<Latest<string>> _refused;

    public ManagementSockets(ILogger logger)
    {
        _refused = new LogThrottle<Latest<string>>(
            TimeProvider.System, refused => LogRefused(logger, refused.Count, MaxConnections, refused.Last!));
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
        // A connection without a byte comes from somebody who only looked whether the port is open.
        if (limit != ConnectionLimit.FirstByteTimeout)
        {
            _refused.Add(source.ToString(isSubnet: false), Latest<string>.Add);
        }
    }

    [LoggerMessage(
        3104,
        LogLevel.Warning,
        "The management endpoint closed {Count} connections since the last such line, at its bound of {Bound}, the last one from "
        + "{Source}.")]
    private static partial void LogRefused(ILogger logger, int count, int bound, string source);
}
