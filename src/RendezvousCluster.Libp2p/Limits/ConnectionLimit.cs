namespace RendezvousCluster.Libp2p.Limits;

/// <summary>Which bound refused a connection; each name is a tag of the metrics.</summary>
public enum ConnectionLimit
{
    /// <summary>None: it was admitted.</summary>
    None,

    /// <summary><see cref="Libp2pLimits.MaxConnections"/>.</summary>
    Connections,

    /// <summary><see cref="Libp2pLimits.MaxConnectionsPerIp"/>.</summary>
    ConnectionsPerIp,

    /// <summary><see cref="Libp2pLimits.MaxPendingHandshakes"/>.</summary>
    PendingHandshakes,

    /// <summary><see cref="Libp2pLimits.MaxConnectionsPerPeer"/>.</summary>
    ConnectionsPerPeer,

    /// <summary><see cref="Libp2pLimits.MaxConnectionsPerSubnet"/>.</summary>
    ConnectionsPerSubnet,

    /// <summary><see cref="Libp2pLimits.MaxPendingHandshakesPerIp"/>.</summary>
    PendingHandshakesPerIp,

    /// <summary><see cref="Libp2pLimits.MaxPendingHandshakesPerSubnet"/>.</summary>
    PendingHandshakesPerSubnet,

    /// <summary><see cref="Libp2pLimits.FirstByteTimeout"/>.</summary>
    FirstByteTimeout,
}
