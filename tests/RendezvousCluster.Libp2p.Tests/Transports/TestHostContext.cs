using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using RendezvousCluster.Libp2p.Hosting;
using RendezvousCluster.Libp2p.Identity;
using RendezvousCluster.Libp2p.Limits;
using RendezvousCluster.Libp2p.Multiformats;
using RendezvousCluster.Libp2p.Tests.Hosting;
using RendezvousCluster.Libp2p.Transports;

namespace RendezvousCluster.Libp2p.Tests.Transports;

/// <summary>What a transport gets from its host, with a door of its own.</summary>
internal sealed class TestHostContext
{
    public TestHostContext(Libp2pLimits? limits = null, TimeProvider? timeProvider = null, ILoggerFactory? loggerFactory = null)
    {
        limits ??= new Libp2pLimits();
        timeProvider ??= TimeProvider.System;
        loggerFactory ??= NullLoggerFactory.Instance;
        Limiter = new ConnectionLimiter(limits);
        var warnings = new LimitWarnings(limits, timeProvider, loggerFactory.CreateLogger<LimitWarnings>());
        Context = new HostContext(
            new Libp2pOptions { Limits = limits },
            KeyPair.GenerateEd25519(),
            new Door(Limiter, warnings.Refused, limits, timeProvider),
            timeProvider,
            loggerFactory,
            stopping: CancellationToken.None);
    }

    public ConnectionLimiter Limiter { get; }

    public HostContext Context { get; }

    /// <summary>What carries the bytes of a host that listens on an address.</summary>
    public IListeningRawTransport TransportFor(Multiaddr address) =>
        Listening.RawTransports(Context).First(transport => transport.CanHandle(address));
}
