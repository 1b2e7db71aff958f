using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using RendezvousCluster.Libp2p.Multiformats;

namespace RendezvousCluster.Libp2p.Transports;

/// <summary>
/// Between multiaddrs that begin with <c>/ip4|ip6|dns…</c> and a port of any protocol, and the sockets' own endpoints.
/// </summary>
internal static class SocketAddresses
{
    /// <summary>
    /// The <c>/ip4/…/&lt;protocol&gt;/…</c> form, of a protocol with ports; an IPv4 address mapped into IPv6 is written as what it is.
    /// </summary>
    public static Multiaddr ToMultiaddr(IPEndPoint endPoint, string protocol)
    {
        IPAddress address = Unmap(endPoint.Address);
        string family = address.AddressFamily == AddressFamily.InterNetwork ? "ip4" : "ip6";
        return Multiaddr.Parse($"/{family}/{WithoutScope(address)}/{protocol}/{endPoint.Port}");
    }

    /// <summary>
    /// Whether the first two parts are a host and a port of <paramref name="protocol"/>; <paramref name="rest"/> is what follows, a final
    /// peer id left out. A peer id anywhere else is a relay's, and stays: the host and port are not those of the peer then.
    /// </summary>
    public static bool TrySplit(
        Multiaddr address, string protocol, out string host, out int port, [NotNullWhen(true)] out IReadOnlyList<MultiaddrComponent>? rest)
    {
        IReadOnlyList<MultiaddrComponent> parts = address.Components;
        host = "";
        port = 0;
        rest = null;
        if (parts.Count < 2 || parts[0].Name is not ("ip4" or "ip6" or "dns" or "dns4" or "dns6") || parts[1].Name != protocol)
        {
            return false;
        }

        host = parts[0].Value!;
        port = int.Parse(parts[1].Value!);
        rest = [.. parts.Skip(2).SkipLast(parts[^1].Code == MultiaddrProtocols.P2p ? 1 : 0)];
        return true;
    }

    /// <summary>The endpoint to bind; names are not bound, they are resolved when dialling.</summary>
    public static bool TryGetListenEndPoint(Multiaddr address, string protocol, [NotNullWhen(true)] out IPEndPoint? endPoint)
    {
        endPoint = TrySplit(address, protocol, out string host, out int port, out _) && IPAddress.TryParse(host, out IPAddress? ip)
            ? new IPEndPoint(ip, port)
            : null;
        return endPoint is not null;
    }

    /// <summary>The endpoints to try when dialling, names resolved.</summary>
    /// <exception cref="TransportException">The name does not resolve.</exception>
    public static async Task<IPAddress[]> ResolveAsync(Multiaddr address, CancellationToken cancellationToken)
    {
        MultiaddrComponent host = address.Components[0];
        if (IPAddress.TryParse(host.Value, out IPAddress? literal))
        {
            return [literal];
        }

        AddressFamily family = host.Name switch
        {
            "dns4" => AddressFamily.InterNetwork,
            "dns6" => AddressFamily.InterNetworkV6,
            _ => AddressFamily.Unspecified,
        };
        try
        {
            return await Dns.GetHostAddressesAsync(host.Value!, family, cancellationToken).ConfigureAwait(false);
        }
        catch (SocketException exception)
        {
            throw new TransportException($"{host.Value} cannot be resolved: {exception.Message}", exception);
        }
    }

    /// <summary>A wildcard endpoint stands for one on each interface that is up; any other for itself.</summary>
    public static IEnumerable<IPEndPoint> Expand(IPEndPoint endPoint)
    {
        if (!endPoint.Address.Equals(IPAddress.Any) && !endPoint.Address.Equals(IPAddress.IPv6Any))
        {
            return [endPoint];
        }

        IPEndPoint[] expanded = NetworkInterface.GetAllNetworkInterfaces()
            .Where(network => network.OperationalStatus == OperationalStatus.Up)
            .SelectMany(network => network.GetIPProperties().UnicastAddresses)
            .Select(unicast => unicast.Address)
            .Where(address => address.AddressFamily == endPoint.AddressFamily && !address.IsIPv6LinkLocal)
            .Select(address => new IPEndPoint(address, endPoint.Port))
            .ToArray();
        return expanded.Length > 0 ? expanded : [endPoint];
    }

    /// <summary>The IPv4 address inside an IPv4-mapped IPv6 one; any other as it is.</summary>
    public static IPAddress Unmap(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;

    private static IPAddress WithoutScope(IPAddress address) =>
        address.AddressFamily == AddressFamily.InterNetworkV6 && address.ScopeId != 0 ? new IPAddress(address.GetAddressBytes()) : address;
}
