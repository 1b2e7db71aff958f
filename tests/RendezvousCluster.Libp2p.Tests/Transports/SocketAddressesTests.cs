using System.Net;
using RendezvousCluster.Libp2p.Multiformats;
using RendezvousCluster.Libp2p.Transports;

namespace RendezvousCluster.Libp2p.Tests.Transports;

public sealed class SocketAddressesTests
{
    private const string Peer = "/p2p/12D3KooWD3eckifWpRn9wQpMG9R9hX3sD158z7EqHWmweQAJU5SA";

    [Theory]
    [InlineData("/ip4/192.0.2.1/tcp/4001", "tcp", "192.0.2.1", 4001, "")]
    [InlineData("/ip4/192.0.2.1/udp/4001/quic-v1", "udp", "192.0.2.1", 4001, "quic-v1")]
    [InlineData("/ip6/2001:db8::1/udp/4001/quic-v1" + Peer, "udp", "2001:db8::1", 4001, "quic-v1")]
    [InlineData("/dns/example.org/udp/443/quic-v1/webtransport", "udp", "example.org", 443, "quic-v1 webtransport")]
    [InlineData("/ip4/192.0.2.1/udp/4001/quic-v1" + Peer + "/p2p-circuit", "udp", "192.0.2.1", 4001, "quic-v1 p2p p2p-circuit")]
    public void An_address_of_any_protocol_with_ports_is_split(string address, string protocol, string host, int port, string rest)
    {
        Assert.True(SocketAddresses.TrySplit(
            Multiaddr.Parse(address),
            protocol,
            out string actualHost,
            out int actualPort,
            out IReadOnlyList<MultiaddrComponent>? actualRest));

        Assert.Equal((host, port), (actualHost, actualPort));
        Assert.Equal(rest.Split(' ', StringSplitOptions.RemoveEmptyEntries), actualRest.Select(part => part.Name));
    }

    [Theory]
    [InlineData("/ip4/192.0.2.1/tcp/4001", "udp")]
    [InlineData("/ip4/192.0.2.1/udp/4001/quic-v1", "tcp")]
    [InlineData("/ip4/192.0.2.1", "udp")]
    [InlineData("/memory/1", "udp")]
    public void An_address_of_another_protocol_is_not_split(string address, string protocol)
    {
        Assert.False(SocketAddresses.TrySplit(Multiaddr.Parse(address), protocol, out _, out _, out _));
        Assert.False(SocketAddresses.TryGetListenEndPoint(Multiaddr.Parse(address), protocol, out _));
    }

    [Theory]
    [InlineData("192.0.2.1:4001", "tcp", "/ip4/192.0.2.1/tcp/4001")]
    [InlineData("192.0.2.1:4001", "udp", "/ip4/192.0.2.1/udp/4001")]
    [InlineData("[2001:db8::1]:4001", "udp", "/ip6/2001:db8::1/udp/4001")]
    [InlineData("[fe80::1%3]:4001", "udp", "/ip6/fe80::1/udp/4001")]
    [InlineData("[::ffff:192.0.2.1]:4001", "udp", "/ip4/192.0.2.1/udp/4001")]
    public void An_endpoint_becomes_an_address_of_its_protocol_and_back(string endPoint, string protocol, string address)
    {
        Multiaddr written = SocketAddresses.ToMultiaddr(IPEndPoint.Parse(endPoint), protocol);

        Assert.Equal(address, written.ToString());
        Assert.True(SocketAddresses.TryGetListenEndPoint(written, protocol, out IPEndPoint? bound));
        Assert.Equal(address, SocketAddresses.ToMultiaddr(bound, protocol).ToString());
    }

    [Fact]
    public void A_name_has_no_endpoint_to_listen_on() => Assert.False(
        SocketAddresses.TryGetListenEndPoint(Multiaddr.Parse("/dns4/example.org/udp/1/quic-v1"), "udp", out _));
}
