using Microsoft.Extensions.Logging;
using RendezvousCluster.Libp2p.Identity;
using RendezvousCluster.Libp2p.Limits;

namespace RendezvousCluster.Libp2p.Hosting;

/// <summary>What a host lends to the transports, security protocols and muxers that are registered in its options.</summary>
public sealed class HostContext
{
    internal HostContext(
        KeyPair identity,
        IReadOnlyList<string> muxerIds,
        Libp2pLimits limits,
        Door door,
        TimeProvider timeProvider,
        ILoggerFactory loggerFactory)
    {
        Identity = identity;
        MuxerIds = muxerIds;
        Limits = limits;
        Door = door;
        TimeProvider = timeProvider;
        LoggerFactory = loggerFactory;
    }

    /// <summary>Who the host is.</summary>
    public KeyPair Identity { get; }

    /// <summary>The protocol ids of the registered muxers, best first: a handshake may agree on one of them.</summary>
    public IReadOnlyList<string> MuxerIds { get; }

    /// <summary>The host's bounds.</summary>
    public Libp2pLimits Limits { get; }

    /// <summary>Drives timeouts.</summary>
    public TimeProvider TimeProvider { get; }

    /// <summary>Where to log.</summary>
    public ILoggerFactory LoggerFactory { get; }

    /// <summary>What a listener asks about each connection that it accepts.</summary>
    internal Door Door { get; }
}
