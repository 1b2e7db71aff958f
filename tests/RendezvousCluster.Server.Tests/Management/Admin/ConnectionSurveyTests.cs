using System.Text.Json;
using RendezvousCluster.Libp2p.Limits;
using RendezvousCluster.Libp2p.Multiformats;
using RendezvousCluster.Libp2p.Protocols;
using RendezvousCluster.Server.Management.Admin;
using RendezvousCluster.Server.Management.Admin.Answers;
using RendezvousCluster.Testing.Rendezvous;

namespace RendezvousCluster.Server.Tests.Management.Admin;

public sealed class ConnectionSurveyTests
{
    private readonly TestPeer _peer = new();

    [Fact]
    public void Connections_are_counted_by_transport_and_subnet_and_the_largest_is_the_first()
    {
        IPeerConnection[] connections =
        [
            From("/ip4/203.0.113.5/tcp/1"), From("/ip4/203.0.113.6/tcp/1/ws"), From("/ip4/198.51.100.1/tcp/1"),
        ];
        connections[2].Account.Add(700);

        ConnectionsAnswer answer = ConnectionSurvey.Of(connections, heldBytes: 900, top: 1);

        Assert.Equal((3, 900L), (answer.Total, answer.HeldBytes));
        Assert.Equal((2, 1), (answer.ByTransport["tcp"], answer.ByTransport["websocket"]));
        Assert.Equal(new SubnetRow("203.0.113.0/24", 2), Assert.Single(answer.Subnets));
        Assert.Equal(("/ip4/198.51.100.1/tcp/1", 700L), (Assert.Single(answer.Largest).Address, answer.Largest[0].HeldBytes));
    }

    [Fact]
    public void The_limits_name_who_is_the_nearest_to_each()
    {
        IPeerConnection[] connections =
            [From("/ip4/203.0.113.5/tcp/1"), From("/ip4/203.0.113.5/tcp/2"), From("/ip4/203.0.113.6/tcp/1")];

        Dictionary<string, LimitRow> rows = ConnectionSurvey.LimitsOf(connections, heldBytes: 900, new Libp2pLimits())
            .ToDictionary(row => row.Limit);

        Assert.Equal(("203.0.113.0/24", 3L), (rows["MaxConnectionsPerSubnet"].Who, rows["MaxConnectionsPerSubnet"].Used));
        Assert.Equal(("203.0.113.5", 2L), (rows["MaxConnectionsPerIp"].Who, rows["MaxConnectionsPerIp"].Used));
        Assert.Equal((_peer.Id.ToString(), 3L), (rows["MaxConnectionsPerPeer"].Who, rows["MaxConnectionsPerPeer"].Used));
        Assert.Equal((null, 3L, 20_000L), (rows["MaxConnections"].Who, rows["MaxConnections"].Used, rows["MaxConnections"].Most));
    }

    /// <summary>Behind loopback a proxy may stand for everybody.</summary>
    [Fact]
    public void Nobody_is_near_a_limit_that_counts_nobody()
    {
        Dictionary<string, LimitRow> rows = ConnectionSurvey.LimitsOf([From("/ip4/127.0.0.1/tcp/1")], 0, new Libp2pLimits())
            .ToDictionary(row => row.Limit);

        Assert.Equal((null, 0L), (rows["MaxConnectionsPerIp"].Who, rows["MaxConnectionsPerIp"].Used));
    }

    [Fact]
    public void An_answer_about_limits_is_read_as_it_was_written()
    {
        var answer = new LimitsAnswer([new LimitRow("MaxConnections", 1, 2, null), new LimitRow("MaxConnectionsPerIp", 1, 2, "::1")]);

        LimitsAnswer? read = JsonSerializer.Deserialize(
            JsonSerializer.SerializeToUtf8Bytes(answer, AdminJson.Default.LimitsAnswer), AdminJson.Default.LimitsAnswer);

        Assert.Equal(answer.Limits, read!.Limits);
    }

    private FakePeerConnection From(string address) => new(_peer.KeyPair.PublicKey, Multiaddr.Parse(address));
}
