namespace RendezvousCluster.Server.Management.Admin.Answers;

/// <summary>The connections of a node.</summary>
/// <param name="Total">Connections that are open.</param>
/// <param name="Outbound">Those among them that the node dialled.</param>
/// <param name="HeldBytes">What all of them make it hold.</param>
/// <param name="ByTransport">How many there are of each transport.</param>
/// <param name="ByMuxer">How many there are with each muxer.</param>
/// <param name="Subnets">The subnets with the most connections, the most first.</param>
/// <param name="Largest">The connections that make the node hold the most, the most first.</param>
internal sealed record ConnectionsAnswer(
    int Total,
    int Outbound,
    long HeldBytes,
    IReadOnlyDictionary<string, int> ByTransport,
    IReadOnlyDictionary<string, int> ByMuxer,
    IReadOnlyList<SubnetRow> Subnets,
    IReadOnlyList<ConnectionRow> Largest);

/// <summary>How many connections come from a subnet.</summary>
/// <param name="Subnet">As the limits count: a /24 of IPv4, a /48 of IPv6.</param>
/// <param name="Connections">How many.</param>
internal sealed record SubnetRow(string Subnet, int Connections);

/// <summary>A connection.</summary>
/// <param name="Peer">The id that the peer has proved.</param>
/// <param name="Address">Where it comes from, or was dialled.</param>
/// <param name="Muxer">How it is split into streams.</param>
/// <param name="IsOutbound">Whether the node dialled.</param>
/// <param name="HeldBytes">What it makes the node hold.</param>
internal sealed record ConnectionRow(string Peer, string Address, string Muxer, bool IsOutbound, long HeldBytes);
