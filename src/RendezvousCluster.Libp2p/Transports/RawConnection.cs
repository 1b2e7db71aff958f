using System.IO.Pipelines;
using System.Net;
using RendezvousCluster.Libp2p.Limits;
using RendezvousCluster.Libp2p.Multiformats;

namespace RendezvousCluster.Libp2p.Transports;

/// <summary>A connection before its upgrade: bytes both ways, not secured, not multiplexed.</summary>
public abstract class RawConnection : IAsyncDisposable
{
    /// <summary>The byte channel.</summary>
    public abstract IDuplexPipe Transport { get; }

    /// <summary>Our end, without a peer id.</summary>
    public abstract Multiaddr LocalAddress { get; }

    /// <summary>Their end as the socket sees it, without a peer id.</summary>
    public abstract Multiaddr RemoteAddress { get; }

    /// <summary>Their IP address for per-IP limits; null where the transport has none.</summary>
    public abstract IPAddress? RemoteIp { get; }

    /// <summary>What an accepted connection holds of the limits; null for a dialled one, whose place the host took.</summary>
    public ConnectionScope? Scope { get; init; }

    /// <summary>Cuts the connection at once.</summary>
    public abstract void Abort();

    /// <summary>Closes the connection and frees what it holds.</summary>
    public abstract ValueTask DisposeAsync();
}
