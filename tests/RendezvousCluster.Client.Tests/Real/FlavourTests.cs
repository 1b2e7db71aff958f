using RendezvousCluster.Client.Discovery;
using RendezvousCluster.Libp2p;
using RendezvousCluster.Libp2p.Hosting;
using RendezvousCluster.Libp2p.Multiformats;
using RendezvousCluster.Libp2p.Protocols;
using RendezvousCluster.Libp2p.Records;
using RendezvousCluster.Protocol;
using RendezvousCluster.Protocol.Flavours;
using RendezvousCluster.Protocol.Messages;
using RendezvousCluster.Testing.Rendezvous;

namespace RendezvousCluster.Client.Tests.Real;

/// <summary>Peers of every kind at our point, over sockets: each finds what it can read.</summary>
public sealed class FlavourTests : IAsyncLifetime, IAsyncDisposable
{
    private readonly List<IAsyncDisposable> _peers = [];
    private RealPoint _point = null!;

    public async Task InitializeAsync() => _point = await RealPoint.StartAsync();

    Task IAsyncLifetime.DisposeAsync() => DisposeAsync().AsTask();

    public async ValueTask DisposeAsync()
    {
        foreach (IAsyncDisposable peer in _peers)
        {
            await peer.DisposeAsync();
        }

        await _point.DisposeAsync();
    }

    [Theory]
    [InlineData(0, 2, true, RecordFlavour.RoutingState)]
    [InlineData(2, 0, true, RecordFlavour.Standard)]
    [InlineData(2, 2, true, RecordFlavour.RoutingState)]
    [InlineData(0, 2, false, RecordFlavour.RoutingState)]
    [InlineData(2, 0, false, RecordFlavour.Standard)]
    [InlineData(2, 2, false, RecordFlavour.RoutingState)]
    public async Task Peer_without_a_sign_finds_peers_and_a_page_that_is_all_of_one_flavour(
        int standard, int rust, bool identifies, RecordFlavour shown)
    {
        await RegisterAsync(RegistrationFlavour.Standard, standard);
        await RegisterAsync(RegistrationFlavour.RoutingState, rust);

        DiscoverResponse page = await DiscoverAsync("cli/3.0.0 (mainnet)", identifies);

        Assert.Equal(RendezvousStatus.Ok, page.Status);
        Assert.Equal([shown, shown], page.Registrations.Select(found => Open(found).Flavour));
    }

    [Theory]
    [InlineData("rust-libp2p/0.57.0", RecordFlavour.RoutingState)]
    [InlineData("js-libp2p/3.0.0 browser", RecordFlavour.Standard)]
    public async Task Peer_that_says_its_librarys_name_is_shown_what_that_reads(string agentVersion, RecordFlavour shown)
    {
        await RegisterAsync(RegistrationFlavour.Standard, 1);
        await RegisterAsync(RegistrationFlavour.RoutingState, 1);

        Assert.Equal(shown, Open(Assert.Single((await DiscoverAsync(agentVersion)).Registrations)).Flavour);
    }

    [Fact]
    public async Task Our_own_client_finds_peers_of_both_flavours()
    {
        await RegisterAsync(RegistrationFlavour.Standard, 2);
        await RegisterAsync(RegistrationFlavour.RoutingState, 2);
        RealNode reader = await RealNode.StartAsync([_point.Address]);
        _peers.Add(reader);

        foreach (IAsyncEnumerable<DiscoveredPeer> discovery in new[]
        {
            reader.Client.DiscoverAsync("chat"), reader.Client.DiscoverAllAsync(),
        })
        {
            List<DiscoveredPeer> found = await ToListAsync(discovery).Within();
            Assert.Equal(
                [RecordFlavour.Standard, RecordFlavour.Standard, RecordFlavour.RoutingState, RecordFlavour.RoutingState],
                found.Select(peer => peer.Record.Flavour).Order());
        }
    }

    // Also when it registers itself, which alone would show the one flavour that it registered.
    [Fact]
    public async Task Our_own_client_finds_both_while_it_is_registered()
    {
        await RegisterAsync(RegistrationFlavour.RoutingState, 1);
        RealNode node = await RealNode.StartAsync([_point.Address]);
        _peers.Add(node);
        await node.Client.RegisterOnceAsync("chat", null).Within();

        Assert.Equal(2, (await ToListAsync(node.Client.DiscoverAsync("chat")).Within()).Count);
    }

    private static async Task<List<DiscoveredPeer>> ToListAsync(IAsyncEnumerable<DiscoveredPeer> discovery)
    {
        List<DiscoveredPeer> found = [];
        await foreach (DiscoveredPeer peer in discovery)
        {
            found.Add(peer);
        }

        return found;
    }

    private static SignedPeerRecord Open(Registration found)
    {
        Assert.Equal(SignedPeerRecordError.None, SignedPeerRecord.TryOpen(found.SignedPeerRecord.Span, out SignedPeerRecord? record));
        return record!;
    }

    private async Task RegisterAsync(RegistrationFlavour flavour, int count)
    {
        for (int i = 0; i < count; i++)
        {
            RealNode node = await RealNode.StartAsync([_point.Address], options => options.Flavour = flavour);
            _peers.Add(node);
            await node.Client.RegisterOnceAsync("chat", null).Within();
        }
    }

    // A peer that only dials has no address, and so no record in its identify.
    private async Task<DiscoverResponse> DiscoverAsync(string agentVersion, bool identifies = true)
    {
        var options = new Libp2pOptions { AgentVersion = agentVersion };
        options.Limits.MaxInboundStreamsPerConnection = identifies ? options.Limits.MaxInboundStreamsPerConnection : 0;
        var host = new Libp2pHost(options, []);
        _peers.Add(host);
        IPeerConnection connection = await host.DialAsync(Multiaddr.Parse(_point.Address)).Within();
        Libp2pStream stream = await connection.OpenStreamAsync([ProtocolIds.Rendezvous], CancellationToken.None).Within();
        await using (stream)
        {
            var driver = new RendezvousDriver(stream, () => stream.CloseWriteAsync());
            return await driver.AskAsync<DiscoverResponse>(RawRequests.Discover("chat"u8.ToArray()));
        }
    }
}
