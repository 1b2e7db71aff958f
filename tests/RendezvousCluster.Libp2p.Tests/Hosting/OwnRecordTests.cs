using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Time.Testing;
using RendezvousCluster.Libp2p.Hosting;
using RendezvousCluster.Libp2p.Identity;
using RendezvousCluster.Libp2p.Limits;
using RendezvousCluster.Libp2p.Multiformats;
using RendezvousCluster.Libp2p.Protocols;
using RendezvousCluster.Libp2p.Protocols.Identify;
using RendezvousCluster.Libp2p.Records;
using RendezvousCluster.Testing;
using RendezvousCluster.Testing.Processes;

namespace RendezvousCluster.Libp2p.Tests.Hosting;

/// <summary>What a host says of itself: one record for a set of addresses, and word when that set changes.</summary>
public sealed class OwnRecordTests
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 11, 22, 12, 0, 0, TimeSpan.Zero));

    [Fact]
    public async Task A_host_without_addresses_has_none()
    {
        await using Libp2pHost host = Create();

        Assert.Null(host.GetSignedPeerRecord());
    }

    [Fact]
    public async Task The_own_record_stays_the_same_while_the_addresses_do()
    {
        await using Libp2pHost host = Create("/ip4/198.51.100.1/tcp/1");
        SignedPeerRecord first = host.GetSignedPeerRecord()!;
        _time.Advance(TimeSpan.FromHours(1));

        Assert.Same(first, host.GetSignedPeerRecord());
        Assert.Equal((ulong)new DateTimeOffset(2026, 11, 22, 12, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds(), first.Sequence);
        Assert.Equal(host.PeerId, first.PeerId);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(0)] // two changes within a millisecond
    [InlineData(-3_600_000)] // the clock was set back
    public async Task Other_addresses_make_another_with_a_higher_sequence(int millisecondsLater)
    {
        await using Libp2pHost host = Create("/ip4/198.51.100.1/tcp/1");
        ulong before = host.GetSignedPeerRecord()!.Sequence;
        _time.AdjustTime(_time.GetUtcNow().AddMilliseconds(millisecondsLater));

        host.Announce([Multiaddr.Parse("/ip4/198.51.100.2/tcp/1")]);

        SignedPeerRecord after = host.GetSignedPeerRecord()!;
        Assert.Equal(before + 1, after.Sequence);
        Assert.Equal("/ip4/198.51.100.2/tcp/1", Assert.Single(after.Record.Addresses).ToString());
    }

    [Fact]
    public async Task A_host_that_starts_again_with_a_clock_that_is_behind_shows_a_newer_record()
    {
        using var folder = new TemporaryFolder();
        Libp2pOptions options = Options("/ip4/198.51.100.1/tcp/1");
        options.Identity = KeyPair.GenerateEd25519();
        options.RecordSequenceFile = folder.File("identity.key.sequence");
        ulong before;
        await using (var host = new Libp2pHost(options, [], _time))
        {
            before = host.GetSignedPeerRecord()!.Sequence;
        }

        await using var after = new Libp2pHost(options, [], new FakeTimeProvider(_time.GetUtcNow().AddHours(-80)));

        Assert.Equal(before + 1, after.GetSignedPeerRecord()!.Sequence);
    }

    [Fact]
    public async Task Both_flavours_have_the_same_sequence_and_addresses()
    {
        await using Libp2pHost host = Create("/ip4/198.51.100.1/tcp/1");
        SignedPeerRecord standard = host.GetSignedPeerRecord()!;
        _time.Advance(TimeSpan.FromSeconds(1));
        SignedPeerRecord routingState = host.GetSignedPeerRecord(RecordFlavour.RoutingState)!;

        Assert.Equal((RecordFlavour.Standard, RecordFlavour.RoutingState), (standard.Flavour, routingState.Flavour));
        Assert.Equal(standard.Sequence, routingState.Sequence);
        Assert.Equal(standard.Record.Addresses, routingState.Record.Addresses);
        Assert.Same(routingState, host.GetSignedPeerRecord(RecordFlavour.RoutingState));
    }

    [Fact]
    public async Task Identify_shows_it()
    {
        await using Libp2pHost host = Create();
        await host.StartAsync();
        host.Announce([Multiaddr.Parse("/dns4/example.com/tcp/1")]);
        await using var other = new Libp2pHost(new Libp2pOptions(), []);
        IPeerConnection connection = await other.DialAsync(host.ListenAddresses[0].WithPeerId(host.PeerId)).Within();

        IdentifyInfo told = await new IdentifyClient(new Libp2pLimits(), TimeProvider.System).RequestAsync(connection, default).Within();

        Assert.Equal(host.GetSignedPeerRecord()!.Envelope.ToArray(), told.SignedPeerRecord!.Envelope.ToArray());
    }

    [Fact]
    public async Task A_change_is_reported_after_it_is_made()
    {
        await using Libp2pHost host = Create();
        var told = new List<string>();
        host.AddressesChanged += (_, _) => told.Add(string.Join(' ', host.AdvertisedAddresses));

        await host.StartAsync();
        string bound = host.ListenAddresses[0].ToString();
        host.Announce([Multiaddr.Parse($"/ip4/198.51.100.2/tcp/1/p2p/{host.PeerId}")]);
        host.Announce([]);

        Assert.Equal([bound, "/ip4/198.51.100.2/tcp/1", bound], told);
    }

    [Fact]
    public async Task The_application_starts_and_stops_a_host_that_it_hosts()
    {
        var builder = new HostApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Services.AddLibp2pHosting(options => options.ListenAddresses.Add(Multiaddr.Parse("/ip4/127.0.0.1/tcp/0")));
        using IHost application = builder.Build();
        Libp2pHost host = application.Services.GetRequiredService<Libp2pHost>();

        await application.StartAsync().Within();
        Assert.Single(host.ListenAddresses);

        await application.StopAsync().Within();
        Assert.Empty(host.ListenAddresses);
    }

    private Libp2pHost Create(params string[] announced) => new(Options(announced), [], _time);

    private static Libp2pOptions Options(params string[] announced) => new()
    {
        ListenAddresses = { Multiaddr.Parse("/ip4/127.0.0.1/tcp/0") }, AnnounceAddresses = [.. announced.Select(Multiaddr.Parse)],
    };
}
