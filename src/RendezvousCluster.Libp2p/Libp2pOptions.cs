using RendezvousCluster.Libp2p.Hosting;
using RendezvousCluster.Libp2p.Identity;
using RendezvousCluster.Libp2p.Limits;
using RendezvousCluster.Libp2p.Multiformats;
using RendezvousCluster.Libp2p.Muxing;
using RendezvousCluster.Libp2p.Muxing.Mplex;
using RendezvousCluster.Libp2p.Muxing.Yamux;
using RendezvousCluster.Libp2p.Security;
using RendezvousCluster.Libp2p.Security.Noise;
using RendezvousCluster.Libp2p.Transports;
using RendezvousCluster.Libp2p.Transports.Tcp;
using RendezvousCluster.Libp2p.Transports.WebSockets;

namespace RendezvousCluster.Libp2p;

/// <summary>How a host presents itself, where it listens, and its limits.</summary>
public sealed class Libp2pOptions
{
    /// <summary>The key of TCP in <see cref="Transports"/>.</summary>
    public const string TcpTransportName = "tcp";

    /// <summary>The key of WebSocket in <see cref="Transports"/>.</summary>
    public const string WebSocketTransportName = "ws";

    /// <summary>The host's key pair. Null makes a new Ed25519 identity at each start, which suits clients and tests.</summary>
    public KeyPair? Identity { get; set; }

    /// <summary>
    /// Where the host keeps the sequence number of its last record, beside the key of an identity that outlives it: the next record then
    /// has a higher one also when the clock is behind after a restart. Null keeps nothing and goes by the clock.
    /// </summary>
    public string? RecordSequenceFile { get; set; }

    /// <summary>
    /// Where to listen: <c>/ip4|ip6/…/tcp/…</c>, or what another transport can bind. Port 0 lets the system choose. Empty: only dials.
    /// </summary>
    public IList<Multiaddr> ListenAddresses { get; init; } = [];

    /// <summary>
    /// What to tell peers instead of the bound addresses, for hosts behind NAT, a proxy or a load balancer. Empty tells the bound ones.
    /// </summary>
    public IList<Multiaddr> AnnounceAddresses { get; init; } = [];

    /// <summary>The peers and networks that the host serves, at first: see <see cref="Libp2pHost.ChangeAccess"/>.</summary>
    public AccessList Access { get; set; } = AccessList.Everybody;

    /// <summary>The agent version that identify tells.</summary>
    public string AgentVersion { get; set; } = $"rendezvous-cluster/{typeof(Libp2pOptions).Assembly.GetName().Version?.ToString(3)}";

    /// <summary>
    /// How a connection of raw bytes is secured, by protocol id, best first: a dialler proposes the first, and a listener takes any. Noise.
    /// </summary>
    public OrderedDictionary<string, Func<HostContext, ISecurityProtocol>> SecurityProtocols { get; } = new()
    {
        [NoiseSecurityProtocol.Id] = context => new NoiseSecurityProtocol(context.Identity, context.MuxerIds, context.Limits),
    };

    /// <summary>
    /// How a secured connection of bytes is split into streams, by protocol id, best first: Yamux, then Mplex. Removing one stops offering
    /// it.
    /// </summary>
    public OrderedDictionary<string, Func<HostContext, IStreamMuxer>> Muxers { get; } = new()
    {
        [YamuxMuxer.Id] = context => new YamuxMuxer(context.TimeProvider, context.LoggerFactory),
        [MplexMuxer.Id] = context => new MplexMuxer(context.TimeProvider, context.LoggerFactory),
    };

    /// <summary>
    /// How peers are reached. Each transport has a name, by which it can be replaced; an address is given to the first that can handle it.
    /// The host dials and listens on TCP, and dials WebSocket.
    /// </summary>
    public OrderedDictionary<string, Func<HostContext, ITransport>> Transports { get; } = new()
    {
        [TcpTransportName] = context => context.Upgrade(
            new TcpTransport(context.Door, context.Limits.WriteTimeout, context.TimeProvider, context.LoggerFactory)),
        [WebSocketTransportName] = context => context.Upgrade(new WebSocketTransport()),
    };

    /// <summary>Every bound of the host.</summary>
    public Libp2pLimits Limits { get; set; } = new();
}
