using System.Net;
using RendezvousCluster.Registry.Links;

namespace RendezvousCluster.Registry.Tests.Links;

public sealed class UnprovenTests
{
    private readonly List<string> _gone = [];
    private readonly Unproven _unproven = new(max: 4);

    [Fact]
    public void A_crowd_from_one_network_crowds_out_itself()
    {
        Enter("node", "203.0.113.1");
        for (int stranger = 1; stranger <= 10; stranger++)
        {
            Enter($"stranger {stranger}", "198.51.100.7");
        }

        Assert.Equal(Enumerable.Range(1, 7).Select(stranger => $"stranger {stranger}"), _gone);
        Assert.Equal(4, _unproven.Count);
    }

    [Fact]
    public void Among_as_many_networks_as_connections_the_oldest_goes()
    {
        for (int stranger = 1; stranger <= 5; stranger++)
        {
            Enter($"stranger {stranger}", $"198.51.100.{stranger}");
        }

        Assert.Equal(["stranger 1"], _gone);
    }

    [Fact]
    public void All_addresses_of_an_IPv6_network_are_one_and_mapped_ones_are_what_they_map()
    {
        Enter("node", "203.0.113.1");
        Enter("one", "2001:db8:0:1::1");
        Enter("two", "2001:db8:0:2::1");
        Enter("three", "2001:db8:0:100::1");
        Enter("four", "::ffff:203.0.113.1"); // of the same network as the node; there are two of two then

        Assert.Equal(["one"], _gone);
        Enter("five", "2001:db8:0:200::1");
        Assert.Equal(["one", "node"], _gone);
    }

    [Fact]
    public void A_proven_connection_makes_room()
    {
        IDisposable first = Enter("first", "203.0.113.1");
        Enter("second", "203.0.113.1");
        first.Dispose();
        first.Dispose();

        Assert.Equal(1, _unproven.Count);
    }

    private IDisposable Enter(string name, string from) => _unproven.Enter(IPAddress.Parse(from), () => _gone.Add(name));
}
