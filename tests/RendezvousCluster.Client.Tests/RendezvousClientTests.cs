using System.Threading.Channels;
using RendezvousCluster.Client.Discovery;
using RendezvousCluster.Client.Errors;
using RendezvousCluster.Client.Points;
using RendezvousCluster.Client.Registrations;
using RendezvousCluster.Client.Tests.Real;
using RendezvousCluster.Client.Tests.Scripted;
using RendezvousCluster.Core;
using RendezvousCluster.Libp2p;
using RendezvousCluster.Libp2p.Hosting;
using RendezvousCluster.Libp2p.Multiformats;
using RendezvousCluster.Libp2p.Protocols;
using RendezvousCluster.Testing.Transports;

namespace RendezvousCluster.Client.Tests;

/// <summary>The client against our own points, over real sockets.</summary>
public sealed class RendezvousClientTests
{
    [Fact]
    public async Task Register_discover_dial_unregister()
    {
        await using RealPoint point = await RealPoint.StartAsync();
        await using RealNode registrant = await RealNode.StartAsync([point.Address]);
        await using RealNode seeker = await RealNode.StartAsync([point.Address]);

        RegistrationHandle registration = await registrant.Client.RegisterAsync("chat", TimeSpan.FromMinutes(10)).Within();
        DiscoveredPeer found = Assert.Single(await seeker.Client.DiscoverAsync("chat").AllAsync().Within());

        Assert.Equal(registrant.Host.PeerId, found.PeerId);
        Assert.Equal(registrant.Host.GetSignedPeerRecord()!.Envelope.ToArray(), found.Record.Envelope.ToArray());
        await seeker.Host.DialAsync(found.Addresses[0].WithPeerId(found.PeerId)).Within();

        await registration.DisposeAsync().AsTask().Within();
        Assert.Empty(await seeker.Client.DiscoverAsync("chat").AllAsync().Within());
    }

    [Fact]
    public async Task A_rendezvous_runs_over_a_transport_that_needs_no_upgrade()
    {
        const string Listen = "/ip4/127.0.0.1/udp/0/quic-v1";
        var network = new NativeNetwork();
        void Native(Libp2pOptions options)
        {
            options.Transports.Clear();
            NativeTransport.Add(options, network);
        }

        await using RealPoint point = await RealPoint.StartAsync(listen: Listen, configure: Native);
        await using RealNode registrant = await RealNode.StartAsync([point.Address], listen: Listen, configureHost: Native);
        await using RealNode seeker = await RealNode.StartAsync([point.Address], listen: Listen, configureHost: Native);

        RegistrationHandle registration = await registrant.Client.RegisterAsync("chat", TimeSpan.FromMinutes(10)).Within();
        DiscoveredPeer found = Assert.Single(await seeker.Client.DiscoverAsync("chat").AllAsync().Within());

        Assert.Equal(registrant.Host.PeerId, found.PeerId);
        Assert.Contains("/quic-v1", found.Addresses[0].ToString(), StringComparison.Ordinal);
        IPeerConnection dialled = await seeker.Host.DialAsync(found.Addresses[0].WithPeerId(found.PeerId)).Within();
        Assert.Equal(NativeTransport.Name, dialled.Muxer);
        await registration.DisposeAsync().AsTask().Within();
        Assert.Empty(await seeker.Client.DiscoverAsync("chat").AllAsync().Within());
    }

    [Fact]
    public async Task The_nodes_of_a_cluster_are_points_with_one_registry()
    {
        using var registry = new InMemoryRegistry(TimeProvider.System);
        await using RealPoint one = await RealPoint.StartAsync(registry);
        await using RealPoint two = await RealPoint.StartAsync(registry);
        await using RealPoint three = await RealPoint.StartAsync(registry);
        string[] points = [one.Address, two.Address, three.Address];
        await using RealNode registrant = await RealNode.StartAsync(points, options => options.RegisterAt = 2);
        await using RealNode seeker = await RealNode.StartAsync(points);

        await registrant.Client.RegisterAsync("chat").Within();

        Assert.Equal(registrant.Host.PeerId, Assert.Single(await seeker.Client.DiscoverAsync("chat").AllAsync().Within()).PeerId);
    }

    [Fact]
    public async Task A_point_that_forgot_gets_the_registration_again_when_it_is_back()
    {
        RealPoint point = await RealPoint.StartAsync();
        await using RealNode registrant =
            await RealNode.StartAsync([point.Address], options => options.Limits.FirstBackoff = TimeSpan.FromMilliseconds(50));
        var events = Channel.CreateBounded<RegistrationEvent>(1_000);
        registrant.Client.RegistrationChanged += (_, happened) => events.Writer.TryWrite(happened);
        await registrant.Client.RegisterAsync("chat").Within();

        point = await point.ReplaceAsync();
        await using RealPoint _ = point;
        while ((await events.Reader.ReadAsync().AsTask()
            .Within()) is not { Kind: RegistrationEventKind.Registered or RegistrationEventKind.Refreshed } happened
            || await NobodyAsync(point))
        {
            continue; // the first grant is of the point before; attempts in between fail
        }

        async Task<bool> NobodyAsync(RealPoint at)
        {
            await using RealNode seeker = await RealNode.StartAsync([at.Address]);
            return (await seeker.Client.DiscoverAsync("chat").AllAsync().Within()).Count == 0;
        }
    }

    [Fact]
    public async Task An_address_that_is_announced_later_is_registered_at_once()
    {
        await using RealPoint point = await RealPoint.StartAsync();
        await using RealNode registrant = await RealNode.StartAsync([point.Address]);
        await using RealNode seeker =
            await RealNode.StartAsync([point.Address], options => options.WatchInterval = TimeSpan.FromMilliseconds(100));
        await registrant.Client.RegisterAsync("chat").Within();
        await using IAsyncEnumerator<PeerChange> changes = seeker.Client.WatchAsync("chat").GetAsyncEnumerator();
        Assert.True(await changes.MoveNextAsync().Within());
        Assert.Equal(PeerChangeKind.Joined, changes.Current.Kind);

        registrant.Host.Announce([Multiaddr.Parse("/dns4/example.com/tcp/4001")]);

        Assert.True(await changes.MoveNextAsync().Within());
        Assert.Equal(PeerChangeKind.Changed, changes.Current.Kind);
        Assert.Equal("/dns4/example.com/tcp/4001", Assert.Single(changes.Current.Peer.Addresses).ToString());
    }

    [Fact]
    public async Task A_refusal_of_the_real_server_has_its_type()
    {
        await using RealPoint point = await RealPoint.StartAsync();
        await using RealNode node = await RealNode.StartAsync([point.Address], options => options.Limits.MaxTtl = TimeSpan.FromDays(10));

        InvalidTtlException refused =
            await Assert.ThrowsAsync<InvalidTtlException>(() => node.Client.RegisterAsync("chat", TimeSpan.FromDays(4))).Within();

        Assert.Contains("259200", refused.Message);
    }

    [Fact]
    public async Task Options_that_cannot_be_used_are_refused()
    {
        await using var host = new Libp2p.Hosting.Libp2pHost(new Libp2p.Libp2pOptions(), []);

        ArgumentException exception = Assert.Throws<ArgumentException>(() => new RendezvousClient(host, new RendezvousClientOptions()));

        Assert.Contains("at least one point", exception.Message);
    }

    [Fact]
    public async Task A_point_that_is_somebody_else_is_not_talked_to()
    {
        await using RealPoint point = await RealPoint.StartAsync();
        string anotherAtItsPlace = point.Host.ListenAddresses[0].WithPeerId(new Testing.Rendezvous.TestPeer().Id).ToString();
        await using RealNode registrant = await RealNode.StartAsync([anotherAtItsPlace]);

        await Assert.ThrowsAsync<PointUnreachableException>(() => registrant.Client.RegisterAsync("chat")).Within();
    }

    [Fact]
    public async Task Registered_once_it_is_not_refreshed_and_stays_after_the_client()
    {
        await using var fixture = new ClientFixture(points: 2);
        fixture.Points[1].IsDown = true;

        IReadOnlyDictionary<RendezvousPoint, TimeSpan> granted =
            await fixture.Client.RegisterOnceAsync("chat", TimeSpan.FromMinutes(2)).Within();
        await fixture.Client.DisposeAsync();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => fixture.Client.RegisterOnceAsync("chat")).Within();

        Assert.Equal([KeyValuePair.Create(fixture.Point.Point, TimeSpan.FromMinutes(2))], granted);
        Assert.True(fixture.Point.Store.Contains("chat", fixture.Node.PeerId));
        fixture.Time.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal(0, fixture.Point.Store.Count);
    }

    [Fact]
    public async Task Unregister_removes_what_another_client_registered_before()
    {
        await using RealPoint point = await RealPoint.StartAsync();
        await using RealNode node = await RealNode.StartAsync([point.Address]);
        await node.Client.RegisterAsync("chat").Within();

        await node.Client.UnregisterAsync("chat").Within();

        Assert.Empty(await node.Client.DiscoverAsync("chat").AllAsync().Within());
    }
}
