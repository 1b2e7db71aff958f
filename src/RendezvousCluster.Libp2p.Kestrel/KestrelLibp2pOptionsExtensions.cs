namespace RendezvousCluster.Libp2p.Kestrel;

/// <summary>Listening on Kestrel.</summary>
public static class KestrelLibp2pOptionsExtensions
{
    /// <summary>
    /// Lets the host listen on Kestrel: on TCP in place of the plain sockets of <c>RendezvousCluster.Libp2p</c>, and on WebSocket
    /// (<c>/ip4|ip6/…/tcp/…/ws</c>), on which there is no listening without it.
    /// </summary>
    public static Libp2pOptions UseKestrel(this Libp2pOptions options)
    {
        options.Transports[Libp2pOptions.TcpTransportName] = context => context.Upgrade(new KestrelTcpTransport(context));
        options.Transports[Libp2pOptions.WebSocketTransportName] = context => context.Upgrade(new KestrelWebSocketTransport(context));
        return options;
    }
}
