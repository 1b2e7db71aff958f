using System.Net;
using RendezvousCluster.Libp2p.Limits;
using RendezvousCluster.Libp2p.Multiformats;
using RendezvousCluster.Libp2p.Protocols;
using RendezvousCluster.Server.Management.Admin.Answers;

namespace RendezvousCluster.Server.Management.Admin;

/// <summary>What a node's connections are, in sums and in the largest of them.</summary>
internal static class ConnectionSurvey
{
    /// <summary>Looks at all connections once.</summary>
    /// <param name="connections">Those that are open.</param>
    /// <param name="heldBytes">What all of them make the node hold.</param>
    /// <param name="top">Rows of each list at most.</param>
    public static ConnectionsAnswer Of(IReadOnlyCollection<IPeerConnection> connections, long heldBytes, int top) => new(
        connections.Count,
        connections.Count(connection => connection.IsOutbound),
        heldBytes,
        Counts(connections, connection => TransportOf(connection.RemoteAddress)),
        Counts(connections, connection => connection.Muxer),
        [
            .. Counts(connections, connection => SubnetOf(connection.RemoteAddress))
                .OrderByDescending(subnet => subnet.Value).ThenBy(subnet => subnet.Key, StringComparer.Ordinal).Take(top)
                .Select(subnet => new SubnetRow(subnet.Key, subnet.Value)),
        ],
        [.. connections.Select(RowOf).OrderByDescending(row => row.HeldBytes).Take(top)]);

    /// <summary>A connection as it is shown.</summary>
    public static ConnectionRow RowOf(IPeerConnection connection) => new(
        connection.RemotePeer.ToString(),
        connection.RemoteAddress.ToString(),
        connection.Muxer,
        connection.IsOutbound,
        connection.Account.HeldBytes);

    /// <summary>How near the connections are to their limits, and who is the nearest to each.</summary>
    public static IEnumerable<LimitRow> LimitsOf(IReadOnlyCollection<IPeerConnection> connections, long heldBytes, Libp2pLimits limits)
    {
        IPeerConnection[] counted = [.. connections.Where(connection => SourceOf(connection.RemoteAddress).IsCounted)];
        yield return new LimitRow(nameof(limits.MaxConnections), connections.Count, limits.MaxConnections, null);
        yield return new LimitRow(nameof(limits.MaxHeldBytes), heldBytes, limits.MaxHeldBytes, null);
        yield return Most(
            counted, connection => SubnetOf(connection.RemoteAddress), nameof(limits.MaxConnectionsPerSubnet),
            limits.MaxConnectionsPerSubnet);
        yield return Most(
            counted, connection => SourceOf(connection.RemoteAddress).ToString(isSubnet: false), nameof(limits.MaxConnectionsPerIp),
            limits.MaxConnectionsPerIp);
        yield return Most(
            connections, connection => connection.RemotePeer.ToString(), nameof(limits.MaxConnectionsPerPeer),
            limits.MaxConnectionsPerPeer);
        IPeerConnection? largest = connections.MaxBy(connection => connection.Account.HeldBytes);
        yield return new LimitRow(
            nameof(limits.MaxReceiveBytesPerConnection), largest?.Account.HeldBytes ?? 0, limits.MaxReceiveBytesPerConnection,
            largest?.RemotePeer.ToString());
    }

    private static LimitRow Most(IEnumerable<IPeerConnection> connections, Func<IPeerConnection, string> key, string limit, long most)
    {
        Dictionary<string, int> counts = Counts(connections, key);
        string? first = counts.Keys.MaxBy(name => counts[name]);
        return new LimitRow(limit, first is null ? 0 : counts[first], most, first);
    }

    private static Dictionary<string, int> Counts(IEnumerable<IPeerConnection> connections, Func<IPeerConnection, string> key) =>
        connections.CountBy(key).ToDictionary(StringComparer.Ordinal);

    private static string TransportOf(Multiaddr address) =>
        address.Contains("ws") || address.Contains("wss") ? "websocket" : address.Contains("tcp") ? "tcp" : "other";

    private static string SubnetOf(Multiaddr address) => SourceOf(address).ToString(isSubnet: true);

    private static ConnectionSource SourceOf(Multiaddr address) =>
        ConnectionSource.Of(IPAddress.TryParse(address.ValueOf("ip4") ?? address.ValueOf("ip6"), out IPAddress? ip) ? ip : null);
}
