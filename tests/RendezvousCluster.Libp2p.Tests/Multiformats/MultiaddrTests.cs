using System.Net;
using RendezvousCluster.Libp2p.Identity;
using RendezvousCluster.Libp2p.Multiformats;

namespace RendezvousCluster.Libp2p.Tests.Multiformats;

public class MultiaddrTests
{
    private const string Peer = "QmcgpsyWgH8Y8ajJz1Cu72KnS5uo2Aa2LpzU7kinSupNKC";
    private const string OtherPeer = "12D3KooWD3eckifWpRn9wQpMG9R9hX3sD158z7EqHWmweQAJU5SA";

    // Binary forms as go-multiaddr and js-multiaddr give them.
    [Theory]
    [InlineData("/ip4/1.2.3.4", "0401020304")]
    [InlineData("/ip4/127.0.0.1/tcp/4321", "047f0000010610e1")]
    [InlineData("/ip4/127.0.0.1/udp/1234/quic-v1", "047f000001910204d2cd03")]
    [InlineData("/ip4/127.0.0.1/udp/1234/quic", "047f000001910204d2cc03")]
    [InlineData("/ip6/2601:9:4f81:9700:803e:ca65:66e8:c21", "29260100094f819700803eca6566e80c21")]
    [InlineData("/ip6zone/x/ip6/fe80::1", "2a017829fe800000000000000000000000000001")]
    [InlineData("/dns4/example.com/tcp/443/tls/ws", "360b6578616d706c652e636f6d0601bbc003dd03")]
    [InlineData("/dnsaddr/example.com", "380b6578616d706c652e636f6d")]
    [InlineData("/ip4/127.0.0.1/tcp/9090/ws", "047f000001062382dd03")]
    [InlineData("/ip4/127.0.0.1/tcp/9090/wss", "047f000001062382de03")]
    [InlineData(
        "/ip4/127.0.0.1/tcp/9090/p2p-circuit/p2p/" + Peer,
        "047f000001062382a202a503221220d52ebb89d85b02a284948203a62ff28389c57c9f42beec4ec20db76a68911c0b")]
    [InlineData("/unix/a/b/c/d/e", "90030a2f612f622f632f642f65")]
    [InlineData("/unix/stdio", "9003062f737464696f")]
    [InlineData("/ip4/1.2.3.0/ipcidr/24", "04010203002b18")]
    [InlineData("/onion/timaq4ygg2iegci7:1234", "bc039a18087306369043091f04d2")]
    [InlineData("/http-path/tmp%2Fbar", "e10307746d702f626172")]
    [InlineData("/memory/5", "89060000000000000005")]
    public void Text_and_binary_forms_are_translated_both_ways(string text, string hex)
    {
        Multiaddr fromText = Multiaddr.Parse(text);

        Assert.Equal(hex, Convert.ToHexStringLower(fromText.Bytes.Span));
        Assert.Equal(text, fromText.ToString());
        Assert.True(Multiaddr.TryFromBytes(Convert.FromHexString(hex), out Multiaddr? fromBytes));
        Assert.Equal(text, fromBytes.ToString());
        Assert.True(fromText == fromBytes);
        Assert.Equal(fromText.GetHashCode(), fromBytes.GetHashCode());
    }

    [Theory]
    [InlineData("/ipfs/" + Peer, "/p2p/" + Peer)]
    [InlineData("/ip4/1.2.3.4/tcp/80/", "/ip4/1.2.3.4/tcp/80")]
    [InlineData("/ip4/1.2.3.4/tcp/0080", "/ip4/1.2.3.4/tcp/80")]
    [InlineData("/ip6/0:0:0:0:0:0:0:1/tcp/80", "/ip6/::1/tcp/80")]
    [InlineData("/p2p/bafzbeie5745rpv2m6tjyuugywy4d5ewrqgqqhfnf445he3omzpjbx5xqxe", "/p2p/QmYyQSo1c1Ym7orWxLYvCrM2EmxFTANf8wXmmE7DWjhx5N")]
    public void Other_spellings_become_the_usual_one(string text, string usual) => Assert.Equal(usual, Multiaddr.Parse(text).ToString());

    [Theory]
    [InlineData("")]
    [InlineData("/")]
    [InlineData("//")]
    [InlineData("ip4/1.2.3.4")]
    [InlineData("/ip4")]
    [InlineData("/ip4/")]
    [InlineData("/ip4/1.2.3")]
    [InlineData("/ip4/127.1")]
    [InlineData("/ip4/0x7f.0.0.1")]
    [InlineData("/ip4/256.0.0.1")]
    [InlineData("/ip4/::1")]
    [InlineData("/ip6/1.2.3.4")]
    [InlineData("/ip6/fe80::1%eth0")]
    [InlineData("/ip6/[::1]")]
    [InlineData("/tcp/65536")]
    [InlineData("/tcp/-1")]
    [InlineData("/tcp/ 1")]
    [InlineData("/tcp")]
    [InlineData("/p2p/QmInvalid")]
    [InlineData("/ip4/1.2.3.4//tcp/80")]
    [InlineData("/ip4/1.2.3.4/nonsense/80")]
    [InlineData("/onion/timaq4ygg2iegci7")]
    [InlineData("/onion/timaq4ygg2iegci:1234")]
    [InlineData("/onion3/timaq4ygg2iegci7:1234")]
    [InlineData("/dns/a\nb")]
    [InlineData("/dns/a\u202eb")]
    [InlineData("/dns/a\u200bb")]
    [InlineData("/http-path/%0a")]
    [InlineData("/ipcidr/129")]
    public void Text_that_is_not_a_multiaddr_is_refused(string text)
    {
        Assert.False(Multiaddr.TryParse(text, out Multiaddr? address));
        Assert.Null(address);
        Assert.Throws<FormatException>(() => Multiaddr.Parse(text));
    }

    [Fact]
    public void An_unpaired_surrogate_is_refused() => Assert.False(Multiaddr.TryParse("/dns/\ud800", out _));

    [Theory]
    [InlineData("")]
    [InlineData("04010203")] // three of four bytes
    [InlineData("0600")] // half a port
    [InlineData("3605617373")] // shorter than declared
    [InlineData("3600")] // an empty host
    [InlineData("3603612f62")] // a slash in a host
    [InlineData("3603610a62")] // a line feed in a host
    [InlineData("3602c328")] // not UTF-8
    [InlineData("9003016161")] // a path without its slash, then rubbish
    [InlineData("a50303122001")] // a cut-off multihash
    [InlineData("840006")] // a code that is not minimal
    [InlineData("ff7f00")] // an unknown code
    [InlineData("ffffffffffffffff7f")] // the largest code there can be
    [InlineData("36ffffffffffffffff7f61")] // the largest length
    public void Bytes_that_are_not_a_multiaddr_are_refused(string hex) =>
        Assert.False(Multiaddr.TryFromBytes(Convert.FromHexString(hex), out _));

    [Fact]
    public void Every_protocol_of_the_table_round_trips()
    {
        var samples = new Dictionary<MultiaddrValueKind, string>
        {
            [MultiaddrValueKind.Ip4] = "/1.2.3.4",
            [MultiaddrValueKind.Ip6] = "/2001:db8::1",
            [MultiaddrValueKind.Port] = "/4001",
            [MultiaddrValueKind.CidrMask] = "/64",
            [MultiaddrValueKind.MemoryPort] = "/18446744073709551615",
            [MultiaddrValueKind.Name] = "/exämple.org",
            [MultiaddrValueKind.Path] = "/run/socket",
            [MultiaddrValueKind.PercentEncoded] = "/a%2Fb%20c",
            [MultiaddrValueKind.PeerId] = "/" + OtherPeer,
            [MultiaddrValueKind.CertificateHash] = "/uEiDDq4_xNyDorZBH3TlGazyJdOWSwvo4PUo5YHFMrvDE8g",
            [MultiaddrValueKind.Onion] = "/timaq4ygg2iegci7:80",
            [MultiaddrValueKind.Onion3] = "/vww6ybal4bd7szmgncyruucpgfkqahzddi37ktceo3ah7ngmcopnpyyd:1234",
            [MultiaddrValueKind.Garlic32] = "/566niximlxdzpanmn4qouucvua3k7neniwss47li5r6ugoertzuq",
            [MultiaddrValueKind.Garlic64] = "/" + Convert.ToBase64String(new byte[387]),
            [MultiaddrValueKind.None] = "",
        };

        foreach (MultiaddrProtocol protocol in MultiaddrProtocols.All)
        {
            string text = $"/{protocol.Name}{samples[protocol.ValueKind]}";
            Multiaddr address = Multiaddr.Parse(text);
            Assert.Equal(text, address.ToString());
            Assert.True(Multiaddr.TryFromBytes(address.Bytes.Span, out Multiaddr? again), text);
            Assert.Equal(text, again.ToString());
            Assert.Equal(protocol.Code, Assert.Single(again.Components).Code);
        }
    }

    [Fact]
    public void The_table_has_no_code_and_no_name_twice()
    {
        Assert.Distinct(MultiaddrProtocols.All.Select(protocol => protocol.Code));
        Assert.Distinct(MultiaddrProtocols.All.Select(protocol => protocol.Name));
    }

    [Fact]
    public void The_binary_form_is_bounded_on_both_ways_in()
    {
        byte[] largest = new byte[Multiaddr.MaxBytes];
        byte[] websocket = [0xdd, 0x03];
        for (int offset = 0; offset < largest.Length; offset += 2)
        {
            websocket.CopyTo(largest, offset);
        }

        Assert.True(Multiaddr.TryFromBytes(largest, out Multiaddr? address));
        Assert.Equal(Multiaddr.MaxBytes / 2, address.Components.Count);
        Assert.True(Multiaddr.TryParse(address.ToString(), out _));
        Assert.False(Multiaddr.TryFromBytes([.. largest, .. websocket], out _));
        Assert.False(Multiaddr.TryParse(address + "/ws", out _));
        Assert.False(Multiaddr.TryParse("/dns/" + new string('a', Multiaddr.MaxTextLength), out _));
    }

    [Fact]
    public void Components_name_their_protocol_code_and_value()
    {
        Multiaddr address = Multiaddr.Parse("/dns4/example.com/tcp/443/tls/ws");

        Assert.Equal(
            [
                new MultiaddrComponent("dns4", 54, "example.com"),
                new MultiaddrComponent("tcp", 6, "443"),
                new MultiaddrComponent("tls", 448, null),
                new MultiaddrComponent("ws", 477, null),
            ],
            address.Components);
        Assert.Equal("443", address.ValueOf("tcp"));
        Assert.Null(address.ValueOf("udp"));
        Assert.Null(address.ValueOf("ws"));
        Assert.True(address.Contains("ws"));
        Assert.False(address.Contains("wss"));
    }

    [Fact]
    public void A_peer_id_is_added_once_found_and_removed()
    {
        Multiaddr bare = Multiaddr.Parse("/ip4/1.2.3.4/tcp/80");
        PeerId peer = PeerId.Parse(Peer);

        Multiaddr named = bare.WithPeerId(peer);

        Assert.Equal($"/ip4/1.2.3.4/tcp/80/p2p/{Peer}", named.ToString());
        Assert.Equal(named, named.WithPeerId(peer));
        Assert.Equal(peer, named.PeerId);
        Assert.Equal(peer, named.FinalPeerId);
        Assert.Equal(bare, named.WithoutPeerId());
        Assert.Equal(bare, bare.WithoutPeerId());
        Assert.Null(bare.PeerId);
        Assert.Throws<ArgumentException>(() => named.WithPeerId(PeerId.Parse(OtherPeer)));
    }

    [Fact]
    public void A_relayed_address_names_the_relay_and_then_the_peer()
    {
        Multiaddr relay = Multiaddr.Parse($"/ip4/1.2.3.4/tcp/80/p2p/{Peer}/p2p-circuit");

        Multiaddr relayed = relay.WithPeerId(PeerId.Parse(OtherPeer));

        Assert.Null(relay.FinalPeerId);
        Assert.Equal(Peer, relay.PeerId!.ToString());
        Assert.Equal(OtherPeer, relayed.PeerId!.ToString());
        Assert.Equal(relay, relayed.WithoutPeerId());
        Assert.Equal(relay, relay.WithoutPeerId());
    }

    // The part before a relay's id leads to the relay: cutting there makes another peer's address.
    [Theory]
    [InlineData("/ip4/1.2.3.4/tcp/80/p2p/" + Peer + "/p2p-circuit/webrtc", "/ip4/1.2.3.4/tcp/80/p2p/" + Peer + "/p2p-circuit/webrtc")]
    [InlineData(
        "/ip4/1.2.3.4/tcp/80/p2p/" + Peer + "/p2p-circuit/webrtc/p2p/" + OtherPeer,
        "/ip4/1.2.3.4/tcp/80/p2p/" + Peer + "/p2p-circuit/webrtc")]
    [InlineData("/p2p/" + Peer + "/p2p-circuit/p2p/" + OtherPeer, "/p2p/" + Peer + "/p2p-circuit")]
    [InlineData("/dns4/example.com/tcp/443/wss/p2p/" + Peer, "/dns4/example.com/tcp/443/wss")]
    public void Nothing_but_a_final_peer_id_is_taken_off(string address, string without) =>
        Assert.Equal(without, Multiaddr.Parse(address).WithoutPeerId().ToString());

    // One of every kind that peers in the field announce; js-multiaddr prints the same.
    [Theory]
    [InlineData("/ip4/1.2.3.4/udp/4001/webrtc-direct/certhash/uEiAkH5a4DPGKUuOBjYw0CgwjvcJCJMD2K_1aluKR_tpevQ")]
    [InlineData("/ip6/2001:db8::7/udp/4001/quic-v1/webtransport/certhash/uEiAkH5a4DPGKUuOBjYw0CgwjvcJCJMD2K_1aluKR_tpevQ")]
    [InlineData("/ip4/1.2.3.4/udp/4001/quic-v1/p2p/" + OtherPeer + "/p2p-circuit/webrtc")]
    [InlineData("/dns6/example.com/tcp/443/tls/sni/example.com/ws")]
    [InlineData("/dns/example.com/tcp/443/wss/http-path/a%2Fb")]
    [InlineData("/dnsaddr/bootstrap.example.com")]
    [InlineData("/onion3/vww6ybal4bd7szmgncyruucpgfkqahzddi37ktceo3ah7ngmcopnpyyd:1234/p2p/" + OtherPeer)]
    [InlineData("/garlic32/566niximlxdzpanmn4qouucvua3k7neniwss47li5r6ugoertzuqzwas")]
    public void Address_as_peers_announce_it_survives_both_ways(string text)
    {
        Assert.True(Multiaddr.TryFromBytes(Multiaddr.Parse(text).Bytes.Span, out Multiaddr? read));
        Assert.Equal(text, read.ToString());
    }

    [Fact]
    public void An_address_of_nothing_but_a_peer_id_is_empty_without_it()
    {
        Multiaddr rest = Multiaddr.Parse("/p2p/" + Peer).WithoutPeerId();

        Assert.Equal(Multiaddr.Empty, rest);
        Assert.Empty(rest.Components);
        Assert.Equal("/ip4/1.2.3.4", rest.Append(Multiaddr.Parse("/ip4/1.2.3.4")).ToString());
    }

    [Theory]
    [InlineData("127.0.0.1:4001", "/ip4/127.0.0.1/tcp/4001")]
    [InlineData("[::1]:80", "/ip6/::1/tcp/80")]
    [InlineData("[::ffff:10.0.0.1]:80", "/ip4/10.0.0.1/tcp/80")]
    [InlineData("[fe80::1%3]:65535", "/ip6/fe80::1/tcp/65535")]
    public void An_endpoint_becomes_an_address(string endPoint, string text) =>
        Assert.Equal(Multiaddr.Parse(text), Multiaddr.FromTcpEndPoint(IPEndPoint.Parse(endPoint)));
}
