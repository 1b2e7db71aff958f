using Microsoft.Extensions.Logging;
using RendezvousCluster.Libp2p.Hosting.Upgrading;
using RendezvousCluster.Libp2p.Identity;
using RendezvousCluster.Libp2p.Limits;
using RendezvousCluster.Libp2p.Transports;

namespace RendezvousCluster.Libp2p.Hosting;

/// <summary>What a host lends to the transports, security protocols and muxers that are registered in its options.</summary>
public sealed class HostContext
{
    private readonly Lazy<ConnectionUpgrader> _upgrader;

    internal HostContext(
        Libp2pOptions options,
        KeyPair identity,
        Door door,
        TimeProvider timeProvider,
        ILoggerFactory loggerFactory,
        CancellationToken stopping)
    {
        Identity = identity;
        MuxerIds = [.. options.Muxers.Keys];
        Limits = options.Limits;
        Door = door;
        TimeProvider = timeProvider;
        LoggerFactory = loggerFactory;
        Stopping = stopping;
        _upgrader = new Lazy<ConnectionUpgrader>(() => ConnectionUpgrader.Of(options, this));
    }

    /// <summary>The host's key pair.</summary>
    public KeyPair Identity { get; }

    /// <summary>The protocol ids of the registered muxers, best first: a handshake may agree on one of them.</summary>
    public IReadOnlyList<string> MuxerIds { get; }

    /// <summary>The host's bounds.</summary>
    public Libp2pLimits Limits { get; }

    /// <summary>What a transport asks about each connection.</summary>
    public Door Door { get; }

    /// <summary>Drives timeouts.</summary>
    public TimeProvider TimeProvider { get; }

    /// <summary>Where to log.</summary>
    public ILoggerFactory LoggerFactory { get; }

    /// <summary>Cancelled when the host begins to stop: handshakes under way are given up.</summary>
    public CancellationToken Stopping { get; }

    /// <summary>
    /// Makes a transport of one that carries bytes, with the host's security protocols and muxers. Where bytes can be listened on, so can
    /// the transport.
    /// </summary>
    /// <exception cref="ArgumentException">
    /// No security protocol or no muxer is registered, or one under an id that is not its own.
    /// </exception>
    public ITransport Upgrade(IRawTransport transport)
    {
        ConnectionUpgrader upgrader = _upgrader.Value;
        if (!upgrader.IsComplete)
        {
            throw new ArgumentException("A transport of raw bytes needs a security protocol and a muxer, and none is registered.");
        }

        return transport is IListeningRawTransport listening
            ? new UpgradedListeningTransport(listening, upgrader, this)
            : new UpgradedTransport(transport, upgrader, this);
    }
}
