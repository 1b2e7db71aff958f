using System.Globalization;
using System.Net;

namespace RendezvousCluster.Registry.Membership;

/// <summary>
/// Where the other nodes reach a node, such as <c>203.0.113.5:4053</c>, <c>node-1.example:4053</c> or <c>[fd00::5]:4053</c>.
/// </summary>
/// <param name="Host">A name or an address; an IPv6 address without brackets.</param>
/// <param name="Port">A TCP port, from 1 on.</param>
public readonly record struct NodeAddress(string Host, int Port)
{
    /// <summary>Reads an address; false when the text is not one.</summary>
    public static bool TryParse(string? text, out NodeAddress address)
    {
        address = default;
        int colon = text?.LastIndexOf(':') ?? -1;
        if (colon <= 0 || !ushort.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out ushort port)
            || port == 0)
        {
            return false;
        }

        string host = text![..colon];
        bool bracketed = host.StartsWith('[') && host.EndsWith(']');
        host = bracketed ? host[1..^1] : host;
        bool isHost = bracketed
            ? IPAddress.TryParse(host, out _) && host.Contains(':')
            : Uri.CheckHostName(host) is UriHostNameType.Dns or UriHostNameType.IPv4;
        if (!isHost)
        {
            return false;
        }

        address = new NodeAddress(host, port);
        return true;
    }

    /// <summary>Reads an address.</summary>
    /// <exception cref="FormatException">The text is not an address.</exception>
    public static NodeAddress Parse(string text) =>
        TryParse(text, out NodeAddress address) ? address : throw new FormatException($"'{text}' is not a host and port.");

    /// <summary>As it is read.</summary>
    public override string ToString() => Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]:{Port}" : $"{Host}:{Port}";
}
