using System.Net;
using RendezvousCluster.Libp2p.Identity;
using RendezvousCluster.Libp2p.Limits;

namespace RendezvousCluster.Libp2p.Tests.Limits;

public sealed class AccessListTests
{
    private static readonly PeerId Peer = KeyPair.GenerateEd25519().PeerId;
    private static readonly PeerId Other = KeyPair.GenerateEd25519().PeerId;
    private static readonly IPAddress Here = IPAddress.Parse("192.0.2.1");
    private static readonly IPAddress There = IPAddress.Parse("198.51.100.1");

    [Fact]
    public void Everybody_is_served_by_a_list_that_says_nothing()
    {
        AccessList list = AccessList.Parse(["", "  # nobody", "\t"]);

        Assert.True(list.Serves(Peer));
        Assert.True(list.Serves(Here));
        Assert.Equal((0, 0), (list.Blocked, list.Allowed));
    }

    [Fact]
    public void A_blocked_peer_or_network_is_not_served_and_all_others_are()
    {
        AccessList list = AccessList.Parse([$"block {Peer} # since Monday", "block 192.0.2.0/24", "block 2001:db8::1"]);

        Assert.Equal((false, true), (list.Serves(Peer), list.Serves(Other)));
        Assert.Equal((false, true), (list.Serves(Here), list.Serves(There)));
        Assert.False(list.Serves(IPAddress.Parse("2001:db8::1")));
        Assert.Equal((3, 0), (list.Blocked, list.Allowed));
    }

    [Fact]
    public void Only_allowed_peers_are_served_where_a_peer_is_allowed_and_from_every_network()
    {
        AccessList list = AccessList.Parse([$"allow {Peer}"]);

        Assert.Equal((true, false), (list.Serves(Peer), list.Serves(Other)));
        Assert.True(list.Serves(There));
    }

    [Fact]
    public void A_blocked_entry_is_not_served_though_it_is_allowed()
    {
        AccessList list = AccessList.Parse(["allow 192.0.2.7/24", "block 192.0.2.1", $"allow {Peer}", $"block {Peer}"]);

        Assert.False(list.Serves(Here));
        Assert.True(list.Serves(IPAddress.Parse("192.0.2.2")));
        Assert.False(list.Serves(There));
        Assert.False(list.Serves(Peer));
    }

    [Fact]
    public void A_transport_without_addresses_is_judged_by_its_peers_alone() =>
        Assert.True(AccessList.Parse(["allow 192.0.2.0/24"]).Serves((IPAddress?)null));

    [Theory]
    [InlineData("block")]
    [InlineData("block 192.0.2.1 192.0.2.2")]
    [InlineData("Block 192.0.2.1")]
    [InlineData("deny 192.0.2.1")]
    [InlineData("192.0.2.1")]
    [InlineData("block 192.0.2.300")]
    [InlineData("block 192.0.2.0/33")]
    [InlineData("block 10.1")]
    [InlineData("block example.com")]
    [InlineData("block 12D3KooW")]
    public void A_line_that_is_not_an_entry_is_named(string line)
    {
        FormatException refused = Assert.Throws<FormatException>(() => AccessList.Parse(["# a list", "", line]));

        Assert.StartsWith("Line 3 is not", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_list_has_an_end()
    {
        IEnumerable<string> Lines(int count) =>
            Enumerable.Range(0, count).Select(entry => $"block 10.{entry >> 16}.{(entry >> 8) & 255}.{entry & 255}");

        Assert.Equal(AccessList.MaxEntries, AccessList.Parse(Lines(AccessList.MaxEntries)).Blocked);
        Assert.Throws<FormatException>(() => AccessList.Parse(Lines(AccessList.MaxEntries + 1)));
    }
}
