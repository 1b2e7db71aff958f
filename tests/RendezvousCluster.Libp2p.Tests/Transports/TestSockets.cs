using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using RendezvousCluster.Libp2p.Limits;
using RendezvousCluster.Libp2p.Transports.Sockets;

namespace RendezvousCluster.Libp2p.Tests.Transports;

/// <summary>Sockets behind a door of their own, as a host puts them together.</summary>
internal sealed class TestSockets : IDisposable
{
    private readonly LimitWarnings _warnings;

    public TestSockets(Libp2pLimits? limits = null, TimeProvider? timeProvider = null, ILoggerFactory? loggerFactory = null)
    {
        limits ??= new Libp2pLimits();
        timeProvider ??= TimeProvider.System;
        loggerFactory ??= NullLoggerFactory.Instance;
        Limiter = new ConnectionLimiter(limits);
        _warnings = new LimitWarnings(limits, timeProvider, loggerFactory.CreateLogger<LimitWarnings>());
        Factory = new SocketListenerFactory(
            new Door(Limiter, _warnings.Refused, limits, timeProvider), limits.WriteTimeout, timeProvider, loggerFactory);
    }

    public ConnectionLimiter Limiter { get; }

    public SocketListenerFactory Factory { get; }

    public void Dispose()
    {
        Factory.Dispose();
        _warnings.Dispose();
    }
}
