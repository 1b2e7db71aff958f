using System.Net;
using System.Net.Sockets;
using Akka.Actor;

namespace RendezvousCluster.Registry.Membership;

/// <summary>Between the addresses of sockets and those of actor systems, in which an IPv6 address has brackets.</summary>
internal static class NodeEndpoint
{
    /// <summary>A host as the address of an actor system has it.</summary>
    public static string ToAddressHost(string host) => IPAddress.TryParse(host, out IPAddress? address) ? ToAddressHost(address) : host;

    /// <summary>As <see cref="ToAddressHost(string)"/>.</summary>
    public static string ToAddressHost(IPAddress address)
    {
        IPAddress plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return plain.AddressFamily == AddressFamily.InterNetworkV6 ? $"[{plain}]" : plain.ToString();
    }

    /// <summary>The address of an actor system behind the end of a connection.</summary>
    public static Address ToAddress(IPEndPoint end, string scheme, string system) =>
        new(scheme, system, ToAddressHost(end.Address), end.Port);

    /// <summary>The addresses to dial, in the order to try them. A name may have several.</summary>
    /// <exception cref="SocketException">The name is unknown.</exception>
    public static async Task<IReadOnlyList<IPAddress>> ResolveAsync(string host, CancellationToken cancellationToken)
    {
        if (IPAddress.TryParse(host, out IPAddress? address))
        {
            return [address.Equals(IPAddress.Any)
                ? IPAddress.Loopback
                : address.Equals(IPAddress.IPv6Any) ? IPAddress.IPv6Loopback : address];
        }

        IPAddress[] found = await Dns.GetHostAddressesAsync(host, cancellationToken).ConfigureAwait(false);

        // An address of the link alone leads nowhere from another link, and would take the time of one that does.
        IPAddress[] wide = [.. found.Where(one => !one.IsIPv6LinkLocal)];
        return wide.Length > 0 ? wide : found.Length > 0 ? found : throw new SocketException((int)SocketError.HostNotFound);
    }
}
