using RendezvousCluster.Libp2p.Hosting;
using RendezvousCluster.Libp2p.Identity;
using RendezvousCluster.Libp2p.Multiformats;
using RendezvousCluster.Libp2p.Records;
using RendezvousCluster.Libp2p.Transports;
using RendezvousCluster.Testing;
using RendezvousCluster.Testing.Rendezvous;

namespace RendezvousCluster.Libp2p.Tests.Hosting;

/// <summary>An announced address is passed on and registered as it was given, or refused.</summary>
public sealed class AnnouncedAddressesTests
{
    private const string Relay = "/ip4/203.0.113.7/tcp/4001/p2p/12D3KooWK44YRHapUjAriSzNbs5iMo68K9doZ2X4DCuX5sHk7DJM";

    private readonly KeyPair _own = KeyPair.GenerateEd25519();

    [Theory]
    [InlineData("/ip4/198.51.100.1/tcp/1")]
    [InlineData("/dns4/example.com/tcp/443/tls/sni/example.com/ws")]
    [InlineData("/onion3/vww6ybal4bd7szmgncyruucpgfkqahzddi37ktceo3ah7ngmcopnpyyd:1234")]
    [InlineData(Relay + "/p2p-circuit")]
    [InlineData(Relay + "/p2p-circuit/webrtc")]
    public async Task Address_is_announced_as_it_was_given_without_a_final_own_id(string address)
    {
        Multiaddr given = Multiaddr.Parse(address);
        await using var host = new Libp2pHost(new Libp2pOptions { Identity = _own, AnnounceAddresses = { given } }, []);
        Assert.Equal([given], host.AdvertisedAddresses);
        Assert.Equal([given], host.GetSignedPeerRecord()!.Record.Addresses);

        host.Announce([given.WithPeerId(_own.PeerId)]);
        Assert.Equal([given], host.AdvertisedAddresses);
        Assert.Equal([given], host.GetSignedPeerRecord(RecordFlavour.RoutingState)!.Record.Addresses);
    }

    [Theory]
    [InlineData(Relay, "/p2p-circuit")] // an operator who forgot it would announce the relay itself
    [InlineData(Relay + "/p2p-circuit/p2p/12D3KooWD3eckifWpRn9wQpMG9R9hX3sD158z7EqHWmweQAJU5SA", "another peer")]
    public async Task Address_that_ends_in_another_peers_id_is_refused_with_advice(string address, string advice)
    {
        Multiaddr foreign = Multiaddr.Parse(address);
        AnnouncedAddressException refused = Assert.Throws<AnnouncedAddressException>(
            () => new Libp2pHost(new Libp2pOptions { Identity = _own, AnnounceAddresses = { foreign } }, []));
        Assert.Contains(advice, refused.Message, StringComparison.Ordinal);

        Multiaddr good = Multiaddr.Parse(Relay + "/p2p-circuit");
        await using var host = new Libp2pHost(new Libp2pOptions { Identity = _own, AnnounceAddresses = { good } }, []);
        Assert.Throws<AnnouncedAddressException>(() => host.Announce([foreign]));
        Assert.Equal([good], host.AdvertisedAddresses);
    }

    [Fact]
    public void Address_of_nothing_but_the_own_id_is_refused() =>
        Assert.Throws<AnnouncedAddressException>(() => AnnouncedAddresses.Of([Multiaddr.Parse($"/p2p/{_own.PeerId}")], _own.PeerId));

    [Theory]
    [InlineData("/p2p/{0}/p2p-circuit")]
    [InlineData("/p2p/{0}/p2p-circuit/webrtc")]
    [InlineData("/p2p/{0}/p2p-circuit/p2p/12D3KooWD3eckifWpRn9wQpMG9R9hX3sD158z7EqHWmweQAJU5SA")]
    [InlineData("/p2p/{0}/p2p-circuit/p2p/{0}")]
    public async Task Relay_is_not_dialled_in_place_of_the_peer_behind_it(string behind)
    {
        await using var relay = new Libp2pHost(
            new Libp2pOptions { ListenAddresses = { Multiaddr.Parse("/ip4/127.0.0.1/tcp/0") } }, []);
        await relay.StartAsync();
        await using var dialler = new Libp2pHost(new Libp2pOptions(), []);

        foreach (string suffix in new[] { "", "/ws" })
        {
            Multiaddr relayed = Multiaddr.Parse(relay.ListenAddresses[0] + suffix + string.Format(null, behind, relay.PeerId));
            TransportException refused = await Assert.ThrowsAsync<TransportException>(() => dialler.DialAsync(relayed)).Within();
            Assert.Contains("relay", refused.Message, StringComparison.Ordinal);
        }

        Assert.Empty(dialler.Connections);
    }

    [Fact]
    public async Task Addresses_of_a_peer_behind_two_relays_are_all_in_its_record()
    {
        Multiaddr[] addresses = [.. RelayedPeer.Addresses().Select(Multiaddr.Parse)];
        await using var host = new Libp2pHost(new Libp2pOptions { Identity = _own, AnnounceAddresses = [.. addresses] }, []);

        foreach (RecordFlavour flavour in Enum.GetValues<RecordFlavour>())
        {
            SignedPeerRecord record = host.GetSignedPeerRecord(flavour)!;
            Assert.Equal(SignedPeerRecordError.None, SignedPeerRecord.TryOpen(record.Envelope.Span, out SignedPeerRecord? read));
            Assert.Equal(addresses, read!.Record.Addresses);
        }
    }

    [Theory]
    [InlineData(KeyType.Ed25519)]
    [InlineData(KeyType.Ecdsa)]
    [InlineData(KeyType.Secp256k1)]
    public async Task Addresses_beyond_the_envelopes_bytes_are_left_out_from_the_end(KeyType type)
    {
        Multiaddr[] addresses = [.. Enumerable.Range(1, 1_000).Select(port => Multiaddr.Parse($"/ip4/198.51.100.1/tcp/{port}"))];
        await using var host = new Libp2pHost(
            new Libp2pOptions { Identity = KeyPair.Generate(type), AnnounceAddresses = [.. addresses] }, []);

        SignedPeerRecord standard = host.GetSignedPeerRecord()!;
        SignedPeerRecord routingState = host.GetSignedPeerRecord(RecordFlavour.RoutingState)!;

        Assert.Equal(addresses.Take(standard.Record.Addresses.Count), standard.Record.Addresses);
        Assert.Equal(standard.Record.Addresses, routingState.Record.Addresses);
        Assert.InRange(routingState.Envelope.Length, SignedPeerRecord.MaxEnvelopeBytes - 64, SignedPeerRecord.MaxEnvelopeBytes);
        Assert.Same(standard, host.GetSignedPeerRecord());
    }
}
