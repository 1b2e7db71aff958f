using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using RendezvousCluster.Libp2p.Multiformats;

namespace RendezvousCluster.Libp2p.Limits;

/// <summary>
/// Where a connection comes from, as the limits see it: an address, and the subnet around it. A site on IPv6 owns a whole prefix and may
/// come from a new address each time, so the "address" of IPv6 is a /56, as in go-libp2p, and the subnet a /48. An IPv4 address stands for
/// itself, its subnet is the /24; mapped into IPv6 it counts as what it is.
/// </summary>
internal readonly record struct ConnectionSource
{
    private const int Ipv4SubnetBytes = 3;
    private const int Ipv6AddressBytes = 7;
    private const int Ipv6SubnetBytes = 6;

    private ConnectionSource(UInt128 address, UInt128 subnet, bool isCounted)
    {
        Address = address;
        Subnet = subnet;
        IsCounted = isCounted;
    }

    /// <summary>Distinguishes addresses.</summary>
    public UInt128 Address { get; }

    /// <summary>Distinguishes subnets.</summary>
    public UInt128 Subnet { get; }

    /// <summary>
    /// Whether limits per address and per subnet apply. Not to loopback, behind which a proxy may stand for everybody; and not where a
    /// transport has no addresses.
    /// </summary>
    public bool IsCounted { get; }

    /// <summary>The source of a connection from <paramref name="address"/>; null where the transport has none.</summary>
    public static ConnectionSource Of(IPAddress? address)
    {
        if (address is null)
        {
            return default;
        }

        IPAddress plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return plain.AddressFamily == AddressFamily.InterNetwork
            ? new ConnectionSource(Prefix(plain, 4), Prefix(plain, Ipv4SubnetBytes), !IPAddress.IsLoopback(plain))
            : new ConnectionSource(Prefix(plain, Ipv6AddressBytes), Prefix(plain, Ipv6SubnetBytes), !IPAddress.IsLoopback(plain));
    }

    /// <summary>The same of a multiaddr that begins with an IP address; of another one as of a transport that has no addresses.</summary>
    public static ConnectionSource OfMultiaddr(Multiaddr address) =>
        Of(address.Components is [{ Name: "ip4" or "ip6" } host, ..] && IPAddress.TryParse(host.Value, out IPAddress? ip) ? ip : null);

    /// <summary>The address, or the subnet, as people write it.</summary>
    public string ToString(bool isSubnet) => NameOf(isSubnet ? Subnet : Address);

    /// <summary>An <see cref="Address"/> or a <see cref="Subnet"/> as people write it.</summary>
    public static string NameOf(UInt128 key)
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, key);
        int length = bytes[15];
        int prefixBytes = bytes[14];
        if (length is not (4 or 16) || prefixBytes > length)
        {
            return "an unknown address";
        }

        bytes[14..].Clear();
        string text = new IPAddress(bytes[..length]).ToString();
        return prefixBytes == length ? text : $"{text}/{prefixBytes * 8}";
    }

    // The two last bytes say how long the prefix is and of which family, so that no two kinds of key are alike.
    private static UInt128 Prefix(IPAddress address, int prefixBytes)
    {
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out int written);
        bytes[prefixBytes..].Clear();
        bytes[14] = (byte)prefixBytes;
        bytes[15] = (byte)written;
        return BinaryPrimitives.ReadUInt128BigEndian(bytes);
    }
}
