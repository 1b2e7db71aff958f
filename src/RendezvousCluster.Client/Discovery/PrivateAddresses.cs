using System.Net;
using System.Net.Sockets;
using RendezvousCluster.Libp2p.Multiformats;

namespace RendezvousCluster.Client.Discovery;

/// <summary>Tells addresses that lead into a private network, or nowhere, by their first part: where the first packet would go. Of a
/// relayed peer that is the relay.</summary>
internal static class PrivateAddresses
{
    // The special-purpose registries of IANA, as far as they are not reachable from the internet; multicast and reserved space too.
    private static readonly IPNetwork[] Networks =
    [
        .. new[]
        {
            "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.168.0.0/16",
            "198.18.0.0/15", "224.0.0.0/3", "::/127", "64:ff9b:1::/48", "100::/64", "fc00::/7", "fe80::/10", "fec0::/10", "ff00::/8",
        }.Select(IPNetwork.Parse),
    ];

    private static readonly string[] Suffixes = [".localhost", ".local", ".internal", ".home.arpa", ".lan"];

    public static bool Contains(Multiaddr address)
    {
        if (address.Components is not [{ Value: { } host } first, ..])
        {
            return true;
        }

        return first.Name switch
        {
            "ip4" or "ip6" => !IPAddress.TryParse(host, out IPAddress? ip) || Contains(ip),
            "dns" or "dns4" or "dns6" or "dnsaddr" => IsPrivateName(host),
            // Tor and I2P lead to the peer wherever it is, and to no neighbour of ours.
            "onion" or "onion3" or "garlic32" or "garlic64" => false,
            _ => true,
        };
    }

    private static bool Contains(IPAddress address)
    {
        IPAddress ip = Embedded(address) ?? address;
        return Networks.Any(network => network.BaseAddress.AddressFamily == ip.AddressFamily && network.Contains(ip));
    }

    // An IPv4 address in IPv6 clothes leads to the IPv4 address: mapped, by NAT64, or by 6to4.
    private static IPAddress? Embedded(IPAddress address)
    {
        if (address.AddressFamily != AddressFamily.InterNetworkV6)
        {
            return null;
        }

        ReadOnlySpan<byte> bytes = address.GetAddressBytes();
        ReadOnlySpan<byte> nat64 = [0, 0x64, 0xff, 0x9b, 0, 0, 0, 0, 0, 0, 0, 0];
        return address.IsIPv4MappedToIPv6 || bytes[..12].SequenceEqual(nat64) ? new IPAddress(bytes[12..])
            : bytes is [0x20, 0x02, ..] ? new IPAddress(bytes[2..6])
            : null;
    }

    private static bool IsPrivateName(string name)
    {
        string bare = name.TrimEnd('.');
        return !bare.Contains('.', StringComparison.Ordinal)
            || Suffixes.Any(suffix => bare.EndsWith(suffix, StringComparison.OrdinalIgnoreCase))
            || (IPAddress.TryParse(bare, out IPAddress? ip) && Contains(ip));
    }
}
