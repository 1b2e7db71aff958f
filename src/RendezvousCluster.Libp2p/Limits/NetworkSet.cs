using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace RendezvousCluster.Libp2p.Limits;

/// <summary>
/// Networks, of which it knows at once whether an address is in one, however many there are. An IPv4 address that is mapped into IPv6 is
/// the IPv4 address, and in IPv4 networks only: <c>::/0</c> is all of IPv6.
/// </summary>
internal sealed class NetworkSet
{
    private const int AddressBits = 128;
    private const int MappedPrefixBits = AddressBits - 32;

    // By the length of the prefix: no more lookups than there are lengths.
    private readonly Dictionary<int, HashSet<UInt128>> _ipv4 = [];
    private readonly Dictionary<int, HashSet<UInt128>> _ipv6 = [];

    public NetworkSet(IEnumerable<IPNetwork> networks)
    {
        foreach (IPNetwork network in networks)
        {
            bool isIpv4 = IsIpv4(network.BaseAddress);
            int bits = network.PrefixLength
                + (network.BaseAddress.AddressFamily == AddressFamily.InterNetwork ? MappedPrefixBits : 0);
            Dictionary<int, HashSet<UInt128>> family = isIpv4 && bits >= MappedPrefixBits ? _ipv4 : _ipv6;
            if (!family.TryGetValue(bits, out HashSet<UInt128>? prefixes))
            {
                family.Add(bits, prefixes = []);
            }

            prefixes.Add(Cut(Number(network.BaseAddress), bits));
        }
    }

    /// <summary>Whether there is none.</summary>
    public bool IsEmpty => _ipv4.Count + _ipv6.Count == 0;

    /// <summary>Whether the address is in one of them.</summary>
    public bool Contains(IPAddress address)
    {
        UInt128 number = Number(address);
        foreach ((int bits, HashSet<UInt128> prefixes) in IsIpv4(address) ? _ipv4 : _ipv6)
        {
            if (prefixes.Contains(Cut(number, bits)))
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsIpv4(IPAddress address) => address.AddressFamily == AddressFamily.InterNetwork || address.IsIPv4MappedToIPv6;

    private static UInt128 Number(IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[AddressBits / 8];
        address.MapToIPv6().TryWriteBytes(bytes, out _);
        return BinaryPrimitives.ReadUInt128BigEndian(bytes);
    }

    private static UInt128 Cut(UInt128 number, int bits) => bits == 0 ? 0 : number >> (AddressBits - bits);
}
