using System.Globalization;

namespace RendezvousCluster.Libp2p.Limits;

/// <summary>
/// How a limit of connections is called: in the metrics, and as a property of <see cref="Libp2pLimits"/>, which names the setting.
/// </summary>
internal static class ConnectionLimitNames
{
    /// <summary>The tag of the metrics.</summary>
    public static string Tag(this ConnectionLimit limit) => limit switch
    {
        ConnectionLimit.Connections => "connections",
        ConnectionLimit.ConnectionsPerIp => "connections_per_ip",
        ConnectionLimit.ConnectionsPerSubnet => "connections_per_subnet",
        ConnectionLimit.ConnectionsPerPeer => "connections_per_peer",
        ConnectionLimit.PendingHandshakes => "pending_handshakes",
        ConnectionLimit.PendingHandshakesPerIp => "pending_handshakes_per_ip",
        ConnectionLimit.PendingHandshakesPerSubnet => "pending_handshakes_per_subnet",
        ConnectionLimit.FirstByteTimeout => "first_byte_timeout",
        _ => throw new ArgumentOutOfRangeException(nameof(limit)),
    };

    /// <summary>The setting, as <see cref="Libp2pLimits"/> has it.</summary>
    public static string Setting(this ConnectionLimit limit) => limit switch
    {
        ConnectionLimit.FirstByteTimeout => nameof(Libp2pLimits.FirstByteTimeout),
        ConnectionLimit.None => throw new ArgumentOutOfRangeException(nameof(limit)),
        _ => "Max" + limit,
    };

    /// <summary>What it is set to.</summary>
    public static string Value(this ConnectionLimit limit, Libp2pLimits limits) => limit switch
    {
        ConnectionLimit.Connections => Text(limits.MaxConnections),
        ConnectionLimit.ConnectionsPerIp => Text(limits.MaxConnectionsPerIp),
        ConnectionLimit.ConnectionsPerSubnet => Text(limits.MaxConnectionsPerSubnet),
        ConnectionLimit.ConnectionsPerPeer => Text(limits.MaxConnectionsPerPeer),
        ConnectionLimit.PendingHandshakes => Text(limits.MaxPendingHandshakes),
        ConnectionLimit.PendingHandshakesPerIp => Text(limits.MaxPendingHandshakesPerIp),
        ConnectionLimit.PendingHandshakesPerSubnet => Text(limits.MaxPendingHandshakesPerSubnet),
        ConnectionLimit.FirstByteTimeout => limits.FirstByteTimeout.ToString(null, CultureInfo.InvariantCulture),
        _ => throw new ArgumentOutOfRangeException(nameof(limit)),
    };

    /// <summary>Whether it counts by subnet rather than by address.</summary>
    public static bool IsOfSubnets(this ConnectionLimit limit) =>
        limit is ConnectionLimit.ConnectionsPerSubnet or ConnectionLimit.PendingHandshakesPerSubnet or ConnectionLimit.PendingHandshakes;

    private static string Text(int value) => value.ToString(CultureInfo.InvariantCulture);
}
