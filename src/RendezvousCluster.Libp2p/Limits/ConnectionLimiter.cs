using System.Net;
using System.Net.Sockets;
using RendezvousCluster.Libp2p.Identity;

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
}

/// <summary>
/// Counts connections against the limits: host → IP address → peer. A connection reserves its place before any cryptography runs, and
/// closing its
/// <see cref="ConnectionScope"/> gives back all it held. One lock: it is taken a few times in the life of a connection.
/// </summary>
internal sealed class ConnectionLimiter(Libp2pLimits limits)
{
    // IPv6 hosts own whole prefixes; go-libp2p counts by /56 as well.
    private const int Ipv6PrefixBytes = 7;

    private readonly Lock _lock = new();
    private readonly Dictionary<UInt128, int> _perIp = [];
    private readonly Dictionary<PeerId, int> _perPeer = [];
    private int _connections;
    private int _pendingHandshakes;

    /// <summary>Connections that hold a place now.</summary>
    public int Connections
    {
        get
        {
            lock (_lock)
            {
                return _connections;
            }
        }
    }

    /// <summary>Reserves a place for a connection that has not been upgraded yet.</summary>
    /// <param name="remoteIp">The address to count by; null, or loopback, is not counted per IP.</param>
    /// <param name="isOutbound">We chose to dial: pending handshakes and IP addresses do not count.</param>
    /// <param name="scope">The reservation, when the answer is <see cref="ConnectionLimit.None"/>.</param>
    public ConnectionLimit TryReserve(IPAddress? remoteIp, bool isOutbound, out ConnectionScope? scope)
    {
        scope = null;
        UInt128? ipKey = isOutbound || remoteIp is null || IPAddress.IsLoopback(remoteIp) ? null : IpKey(remoteIp);
        lock (_lock)
        {
            if (_connections >= limits.MaxConnections)
            {
                return ConnectionLimit.Connections;
            }

            if (!isOutbound && _pendingHandshakes >= limits.MaxPendingHandshakes)
            {
                return ConnectionLimit.PendingHandshakes;
            }

            if (ipKey is { } key)
            {
                int used = _perIp.GetValueOrDefault(key);
                if (used >= limits.MaxConnectionsPerIp)
                {
                    return ConnectionLimit.ConnectionsPerIp;
                }

                _perIp[key] = used + 1;
            }

            _connections++;
            _pendingHandshakes += isOutbound ? 0 : 1;
        }

        scope = new ConnectionScope(this, ipKey, isPending: !isOutbound);
        return ConnectionLimit.None;
    }

    internal bool TryBindPeer(PeerId peer)
    {
        lock (_lock)
        {
            int used = _perPeer.GetValueOrDefault(peer);
            if (used >= limits.MaxConnectionsPerPeer)
            {
                return false;
            }

            _perPeer[peer] = used + 1;
            return true;
        }
    }

    internal void HandshakeEnded()
    {
        lock (_lock)
        {
            _pendingHandshakes--;
        }
    }

    internal void Release(UInt128? ipKey, PeerId? peer, bool wasPending)
    {
        lock (_lock)
        {
            _connections--;
            _pendingHandshakes -= wasPending ? 1 : 0;
            if (ipKey is { } key)
            {
                Decrement(_perIp, key);
            }

            if (peer is not null)
            {
                Decrement(_perPeer, peer);
            }
        }
    }

    private static void Decrement<TKey>(Dictionary<TKey, int> counts, TKey key)
        where TKey : notnull
    {
        int left = counts[key] - 1;
        if (left == 0)
        {
            counts.Remove(key);
        }
        else
        {
            counts[key] = left;
        }
    }

    private static UInt128 IpKey(IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out int written);
        if (address.AddressFamily == AddressFamily.InterNetworkV6)
        {
            bytes[Ipv6PrefixBytes..].Clear();
        }

        // The length keeps the IPv4 and IPv6 keys apart.
        bytes[15] = (byte)written;
        return System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(bytes);
    }
}
