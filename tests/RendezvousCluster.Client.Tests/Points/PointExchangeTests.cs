using RendezvousCluster.Client.Discovery;
using RendezvousCluster.Client.Points;
using RendezvousCluster.Client.Tests.Real;
using RendezvousCluster.Client.Tests.Scripted;
using RendezvousCluster.Client.Tests.Stubs;
using RendezvousCluster.Libp2p.Identity;
using RendezvousCluster.Protocol.Flavours;
using RendezvousCluster.Testing.Rendezvous;

namespace RendezvousCluster.Client.Tests.Points;

/// <summary>The client against stub points with the habits of every other server, over real sockets and muxers.</summary>
public sealed class PointExchangeTests
{
    private const string Yamux = "/yamux/1.0.0";
    private const string Mplex = "/mplex/6.7.0";
    private static readonly TimeSpan Ttl = TimeSpan.FromMinutes(10);

    public static TheoryData<string, string> Servers
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (StubHabits habits in StubHabits.All)
            {
                data.Add(habits.Name, Yamux);
                data.Add(habits.Name, Mplex);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task Registers_discovers_and_unregisters_at_a_server_of_every_habit(string server, string muxer)
    {
        StubHabits habits = StubHabits.Of(server);
        await using StubPoint point = await StubPoint.StartAsync(habits);
        await using RealNode node = await RealNode.StartAsync([point.Address], muxer: muxer);
        TestPeer other = point.AddPeer("chat");

        IReadOnlyDictionary<RendezvousPoint, TimeSpan> granted = await node.Client.RegisterOnceAsync("chat", Ttl).Within();
        Assert.Equal(Ttl, Assert.Single(granted.Values));
        Assert.Contains(node.Host.PeerId, point.Registry.PeersIn("chat"));

        // There is nothing to verify in the others.
        PeerId[] readable = habits.Flavour == RegistrationFlavour.PeerInfo ? [] : [node.Host.PeerId, other.Id];
        await AssertFoundAsync(node, readable);

        await node.Client.UnregisterAsync("chat").Within();
        Assert.Equal([other.Id], point.Registry.PeersIn("chat"));
        await AssertFoundAsync(node, [.. readable.Except([node.Host.PeerId])]);
        Assert.All(node.Client.Points, health => Assert.Equal((true, null), (health.IsHealthy, health.LastError)));
    }

    [Theory]
    [InlineData(Yamux)]
    [InlineData(Mplex)]
    public async Task Not_one_of_140_requests_fails_at_a_point_that_resets_every_answered_stream(string muxer)
    {
        await using StubPoint point = await StubPoint.StartAsync(StubHabits.Of("waku-go"));
        await using RealNode node = await RealNode.StartAsync([point.Address], muxer: muxer);

        for (int round = 0; round < 35; round++)
        {
            string ns = $"chat-{round}";
            await node.Client.RegisterOnceAsync(ns, Ttl).Within();
            Assert.Single(await node.Client.DiscoverAsync(ns).AllAsync().Within());
            await node.Client.UnregisterAsync(ns).Within();
            Assert.Empty(await node.Client.DiscoverAsync(ns).AllAsync().Within());
        }

        Assert.All(node.Client.Points, health => Assert.Null(health.LastError));
    }

    [Fact]
    public async Task A_registration_that_is_disposed_is_unregistered_at_a_point_that_resets_every_stream()
    {
        await using StubPoint point = await StubPoint.StartAsync(StubHabits.Of("waku-go"));
        await using RealNode node = await RealNode.StartAsync([point.Address]);
        var kinds = new List<Client.Registrations.RegistrationEventKind>();
        node.Client.RegistrationChanged += (_, happened) => kinds.Add(happened.Kind);

        await (await node.Client.RegisterAsync("chat", Ttl).Within()).DisposeAsync().AsTask().Within();

        Assert.Equal(
            [Client.Registrations.RegistrationEventKind.Registered, Client.Registrations.RegistrationEventKind.Unregistered], kinds);
        Assert.Empty(point.Registry.PeersIn("chat"));
    }

    private static async Task AssertFoundAsync(RealNode node, PeerId[] expected)
    {
        List<DiscoveredPeer> found = await node.Client.DiscoverAsync("chat").AllAsync().Within();
        Assert.Equal(expected.Select(peer => peer.ToString()).Order(), found.Select(peer => peer.PeerId.ToString()).Order());
    }
}
